"""The monitored browser: started, watched and frozen; each address that it opens becomes a visit.

- `find_browser` and `start` bring up this computer's own browser, changed as little as possible.
- `Watch` writes down what its windows open, hands it on every second, takes a picture of
  a page, and locks it at a stop.
- `end_left_over` closes one whose watch was killed; `lock_left_over` locks it, for a stop.
- Whatever goes wrong is a `BrowserGoneError`: the two then go on by hand.

`websockets` lives in this package alone and is imported where it is used (docs/adr/0025).
"""

from counterseal.evidence.browser.finding import Browser, find_browser
from counterseal.evidence.browser.launch import FOLDER, Running, start
from counterseal.evidence.browser.left_over import end_left_over, lock_left_over
from counterseal.evidence.browser.locking import Locked
from counterseal.evidence.browser.page import Area, Page
from counterseal.evidence.browser.saving import Saved
from counterseal.evidence.browser.trouble import BrowserGoneError
from counterseal.evidence.browser.visit import Kind, Text, Tls, Visit
from counterseal.evidence.browser.watch import Watch
from counterseal.evidence.browser.window import Shown, Standing

__all__ = [
    "FOLDER",
    "Area",
    "Browser",
    "BrowserGoneError",
    "Kind",
    "Locked",
    "Page",
    "Running",
    "Saved",
    "Shown",
    "Standing",
    "Text",
    "Tls",
    "Visit",
    "Watch",
    "end_left_over",
    "find_browser",
    "lock_left_over",
    "start",
]
