"""One tick of one cell, small enough to be checked by hand."""
