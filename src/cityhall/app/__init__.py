"""App: the composition root. Settings, the table of events and handlers, the registry of jobs; no rules of its own."""
