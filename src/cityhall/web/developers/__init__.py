"""For those who write programs: how to begin, examples that the tests run as they stand here, and the use of one's
own keys.
"""
