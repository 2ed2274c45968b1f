"""Counterseal: two people, one screen, one log that proves it.

A school finds that somebody may have misused a computer. Counterseal leads two senior members of
staff through the procedure on one designated computer: both sign every step, every exhibit is
hashed, encrypted and logged, and a suspicion of child abuse imagery stops everything at once.

Start reading at `counterseal.custody.procedure`: the whole procedure stands there, in one file.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
