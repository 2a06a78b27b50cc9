"""The parts of a verification: lies, rows of a slice, the tree over them, and what reads slices in other processes."""
