"""Web: pages and REST. It asks rooms and shows what they answer; no SQL and no rules live here."""
