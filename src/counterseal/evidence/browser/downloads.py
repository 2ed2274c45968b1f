"""Files that a page wants to put on this computer: each becomes a visit once it ended. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from counterseal.evidence.browser.answer import without_login
from counterseal.evidence.browser.visit import MOST_TITLE, Kind, Text
from counterseal.evidence.browser.waiting import Waiting
from counterseal.evidence.browser.window import Window

_KINDS: Final = {"canceled": Kind.DOWNLOAD, "completed": Kind.SAVED}


class Downloads:
    """Those that are under way.

    Args:
        waiting: Where visits wait to be handed on.
        windows: Those that are open, by the browser's names of them.
    """

    def __init__(self, waiting: Waiting, windows: Mapping[str, Window]) -> None:
        """Begin with none."""
        self._waiting, self._windows = waiting, windows
        self._begun: dict[str, Mapping[str, Any]] = {}

    def begin(self, params: Mapping[str, Any]) -> None:
        """Take in that one begins."""
        self._begun[str(params["guid"])] = params

    def go_on(self, params: Mapping[str, Any], now_ms: int) -> None:
        """Take in how far one is, and write down its end."""
        kind = _KINDS.get(str(params["state"]))
        begun = self._begun.pop(str(params["guid"]), None) if kind else None
        if kind is None or begun is None:
            return  # it is still under way, or over
        frame = begun.get("frameId")
        window = next((one for one in self._windows.values() if one.frame == frame), None)
        self._waiting.put(
            kind,
            now_ms,
            by_browser=False,
            window=window.number if window else 0,
            address=Text.of_address(without_login(str(begun["url"]))),
            name=Text.of(str(begun["suggestedFilename"]), MOST_TITLE),
        )
