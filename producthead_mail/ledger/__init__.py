"""The account of every recipient: what was planned, what left, what came back, what is in doubt."""
