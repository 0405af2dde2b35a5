"""Views, one module per noun. A view finds the actor, asks the rooms, fills one frozen dataclass and shows
it.
"""
