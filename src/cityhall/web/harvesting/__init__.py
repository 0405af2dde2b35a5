"""The operator's pages about other catalogues: which are harvested, how each run went. No rule is decided here."""
