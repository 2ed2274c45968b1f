"""Custody: who had it, when, and was it allowed. The procedure, the log, the receipt."""
