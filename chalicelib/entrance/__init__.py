"""The hall behind the front door: what speaks of the whole house at once."""
