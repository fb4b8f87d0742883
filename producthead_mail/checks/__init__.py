"""Edition and Message to findings: the rule table."""
