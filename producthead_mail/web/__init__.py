"""What the web answers: the addresses that may be asked, and one page fetched within limits."""
