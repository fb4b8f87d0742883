"""The designers' studio: server, watcher, pages."""
