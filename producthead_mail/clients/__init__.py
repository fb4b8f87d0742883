"""What mail clients support and do to a message: support table, simulation, dark mode."""
