"""Writes edition files: a new one, an item from a link, recent posts; every other byte stays as it was."""
