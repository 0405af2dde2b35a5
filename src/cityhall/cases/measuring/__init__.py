"""The columnar copy of all cases, and the measures declared beside the types."""
