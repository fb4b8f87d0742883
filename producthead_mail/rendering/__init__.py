"""Edition and layout to Message: pure functions, one file per stage."""
