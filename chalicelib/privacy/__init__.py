"""The right to be forgotten and the duty to remember: the nightly purge, the closing of accounts, the record of what is processed."""
