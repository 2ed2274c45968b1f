"""`python -m counterseal.guard`: the guard process; it is for `handle.start`, not for people."""

import sys

from counterseal.guard.program import main

if __name__ == "__main__":
    sys.exit(main())
