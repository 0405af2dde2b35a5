"""From YAML to a compiled type of case: strict reading, schema, compiling, linting. Pure; no database."""
