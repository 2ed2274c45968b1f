"""The hard stop: LOCK, SEAL, and what may follow. One module per act."""
