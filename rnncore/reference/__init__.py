"""The readable truth: pure functions, one equation each, that every fast layer is held against.

Nothing here is fast, keeps a buffer or remembers anything. Read these files to learn what the
network computes; read `rnncore.layers` to learn how to compute the same in a fraction of the time.
"""
