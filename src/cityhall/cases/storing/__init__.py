"""Events, projected rows and versions of types in the database; packed histories of imported cases."""
