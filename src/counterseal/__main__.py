"""Run the command line with `python -m counterseal`."""

from counterseal.cli import main

main()
