"""The right to be forgotten and the duty to remember: the nightly purge and its proof."""
