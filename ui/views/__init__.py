"""The pages of the desktop."""
