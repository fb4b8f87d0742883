"""Whether everything that a send needs is in order: one finding for each thing, with its remedy."""
