"""Messaging: tells people what concerns them, on their page and by e-mail, in their language.

It never decides who is concerned (the caller does), and never holds the matter itself: a notice says it and
links to it.
"""
