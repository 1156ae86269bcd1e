"""Counting of visits: only of those who allow it, from our servers to Google Analytics, and nothing about a person in it."""
