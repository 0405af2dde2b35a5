"""The operator's view of the tables themselves, by Django's admin in unfold's clothes: to look, never to change. What the
ledger governs is changed by actions, which have their own pages and commands.
"""
