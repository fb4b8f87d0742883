"""Who gets an edition: sources, address normalising, duplicates, suppressions."""
