"""The archive on the web: a static site of every edition, with feeds."""
