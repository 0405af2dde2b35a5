"""History from files through the live rules, in columns."""
