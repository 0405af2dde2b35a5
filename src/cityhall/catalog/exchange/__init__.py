"""The whole catalogue as a file, YAML or XLSX, out and in again without a difference."""
