"""A council's own files in a feed's place: which of their columns is which of ours."""
