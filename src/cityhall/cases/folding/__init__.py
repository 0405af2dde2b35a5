"""Events to the state of a case, one by one and in columns, by the same compiled table. Pure; no database."""
