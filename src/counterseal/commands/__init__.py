"""The command line: one file for each group. It asks, calls one function of `workflow`, and tells."""
