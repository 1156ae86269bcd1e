"""Machines, never business words: settings, clock, ids, tables, doors, seals, limits, queue, web, words."""
