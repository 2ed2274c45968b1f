"""The monitored browser: started, watched and frozen; each address that it opens becomes a visit.

- `find_browser` and `start` bring up this computer's own browser, changed as little as possible.
- `Watch` writes down what its windows open, hands it on every two seconds, and locks it at a stop.
- Whatever goes wrong is a `BrowserGoneError`: the two then go on by hand.

`websockets` lives in this package alone and is imported where it is used (docs/adr/0025).
"""

from counterseal.evidence.browser.finding import Browser, find_browser
from counterseal.evidence.browser.launch import Running, start
from counterseal.evidence.browser.locking import Locked
from counterseal.evidence.browser.trouble import BrowserGoneError
from counterseal.evidence.browser.visit import Kind, Visit
from counterseal.evidence.browser.watch import Watch

__all__ = [
    "Browser",
    "BrowserGoneError",
    "Kind",
    "Locked",
    "Running",
    "Visit",
    "Watch",
    "find_browser",
    "start",
]
