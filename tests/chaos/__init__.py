"""Processes that send, killed and stopped at random, against SendGrid's bad weather."""
