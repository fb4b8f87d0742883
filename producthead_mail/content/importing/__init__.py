"""Editions out of another program: a WordPress export, a feed, pages of an archive."""
