"""The checks of a bundle, one file for each group: `docs/format.md`, section 19."""
