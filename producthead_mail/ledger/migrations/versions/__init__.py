"""The revisions, each in one file: 0001 and on, as `meta.version` counts them."""
