"""What a version looks like: the profile of its items, the charts that suit them, and its places on a map.

Only items that a decision shows in clear are ever looked at; the result is computed once per version and decision and kept.
It never shows a value of a masked or hidden item, nor a group of fewer than five in data about persons.
"""
