"""The whole corpus, in the order of the checks."""

import importlib

from negative.case import CASES, Case

for _part in ("zip", "bag", "entries", "log", "contents"):
    importlib.import_module(f"negative.of_the_{_part}")

ALL: tuple[Case, ...] = tuple(sorted(CASES, key=lambda case: case.expect))
"""Every case; by the number of the check that must catch it."""
