"""The house: one room per promise we make; the ground floor is plumbing."""
