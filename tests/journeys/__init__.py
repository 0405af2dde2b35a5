"""Journeys: a real server, a real browser, a person's way from beginning to end."""
