"""producthead_mail: renders, checks and sends a curated newsletter."""

__version__ = "0.1.0"
