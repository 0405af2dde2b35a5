"""The monthly bulletin of a type: its figures gathered, drawn, set as PDF or written as CSV. The same facts, the same
bytes."""
