"""The ways a request can take: SendGrid, or a folder on this machine."""
