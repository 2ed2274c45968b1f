"""The command line, one file for each group: it asks, calls the workflow, and tells."""
