"""Evidence: what it is. Safety questions, exhibits, the screen, the write-once vault."""
