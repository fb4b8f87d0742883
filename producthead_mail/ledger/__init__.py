"""The account of every recipient of every edition."""
