"""A page as a file: what it lays out, nothing that was typed, and not without end."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from counterseal.evidence.browser import saving
from counterseal.evidence.browser.saving import saved
from counterseal.evidence.browser.trouble import (
    LockedError,
    NoWindowError,
    PageSilentError,
    PageTooLargeError,
)
from fake_browsing import faking, sent

Piece = tuple[str, tuple[float, float, float, float]]


def snapshot(*documents: Sequence[Piece], within: str = "P") -> dict[str, Any]:
    """A page of pieces of text, each in an element of its own."""
    strings: list[str] = []
    made = []
    for pieces in documents:
        nodes: dict[str, list[Any]] = {"nodeName": [], "parentIndex": []}
        layout: dict[str, list[Any]] = {"nodeIndex": [], "text": [], "bounds": []}
        for text, bounds in pieces:
            strings += [within, "#text", text]
            nodes["nodeName"] += [len(strings) - 3, len(strings) - 2]
            nodes["parentIndex"] += [-1, len(nodes["parentIndex"])]
            layout["nodeIndex"] += [len(nodes["nodeName"]) - 2, len(nodes["nodeName"]) - 1]
            layout["text"] += [-1, len(strings) - 1]
            layout["bounds"] += [[0, 0, 9, 9], list(bounds)]
        made.append({"nodes": nodes, "layout": layout})
    return {"documents": made, "strings": strings}


def test_text_stands_in_lines_as_on_the_page() -> None:
    first = [
        ("One ", (8, 10, 30, 18)),
        ("two", (38, 12, 30, 14)),  # smaller, on the same line
        (" ", (8, 30, 3, 18)),
        ("\u202ethree\u0007", (8, 50, 40, 18)),
        ("four", (8, 50, 40, 18)),  # over the other, so not after it
    ]
    found = saved("text", snapshot(first, [("a frame", (0, 0, 40, 18))]))
    assert found.decode() == "One two\n\u202ethree\u0007\nfour\na frame\n"


@pytest.mark.parametrize("within", ["INPUT", "TEXTAREA"])
def test_what_was_typed_is_left_out(within: str) -> None:
    assert saved("text", snapshot([("opensesame", (8, 10, 30, 18))], within=within)) == b""


def test_a_page_is_kept_as_the_browser_gave_it() -> None:
    assert saved("mhtml", {"data": "From: <Saved>\r\n\r\n\u00e4"}) == (
        b"From: <Saved>\r\n\r\n\xc3\xa4"
    )


def test_a_page_without_end_is_refused() -> None:
    assert saved("mhtml", {"data": "12345"}, 5) == b"12345"
    with pytest.raises(PageTooLargeError, match="has 6 bytes; more than 5 are not saved"):
        saved("mhtml", {"data": "12345\u00e4"[1:]}, 5)
    assert saving.MOST_SAVED == 52_428_800


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"documents": [{"nodes": {}}], "strings": []},
        {"documents": [{"nodes": {"nodeName": [0], "parentIndex": [-1]}}], "strings": []},
    ],
)
def test_what_is_not_understood_is_refused(said: dict[str, Any]) -> None:
    for form in ("mhtml", "text"):
        with pytest.raises(PageSilentError):
            saved(form, said)


def test_a_page_is_saved_once_its_visit_is_written_down(tmp_path: Path) -> None:
    answers = {
        "Page.captureSnapshot": {"data": "From: <Saved>"},
        "DOMSnapshot.captureSnapshot": snapshot([("One", (8, 10, 30, 18))]),
    }
    with faking(tmp_path, "none", ANSWERS=json.dumps(answers)) as (_, watch, visits):
        watch.begin(10.0)
        whole, text = watch.save("mhtml"), watch.save("text", 1)
        assert (whole.form, whole.content) == ("mhtml", b"From: <Saved>")
        assert (text.form, text.content) == ("text", b"One\n")
        assert whole.stands.window == 1
        assert (whole.product, whole.tries) == (watch.product, 1)
        assert len(visits) == 1
        with pytest.raises(NoWindowError):
            watch.save("text", 2)
        watch.lock()
        with pytest.raises(LockedError):
            watch.save("mhtml")
        assert sent(tmp_path, "S1").count("Page.captureSnapshot") == 1


def test_the_window_that_had_the_keyboard_last_is_remembered(tmp_path: Path) -> None:
    two = {
        "Target.getTargets": {"targetInfos": []},
        "Page.createIsolatedWorld": {"executionContextId": 7},
        "Page.captureScreenshot": {"data": base64.b64encode(b"").decode()},
        "Runtime.evaluate": {"result": {"value": [True, False, "en-GB"]}},
    }
    with faking(tmp_path, "two", ANSWERS=json.dumps(two)) as (_, watch, _):
        watch.begin(10.0)
        first = watch.looked_at()
        assert first is not None
        assert first.window == 1
        watch.flush()
        assert watch._eye is not None
        watch._eye._last = "T2"
        found = watch.looked_at()
        assert found is not None
        assert found.window == 2
