"""Holds the documentation to the program: its reference is made from it, its commands are run."""
