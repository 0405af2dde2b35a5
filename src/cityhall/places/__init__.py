"""Places: divisions of the country by their GB/T 2260 codes, down to the village, each with the days it was valid.

It never forgets a code: abolished ones stay, because identity numbers and old files go on using them.
"""
