"""The `producthead` command: thin commands, wiring, the only place that prints or exits."""
