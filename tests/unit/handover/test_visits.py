"""What the watched browser opened, as the page for the police tells it."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cast import CASE
from counterseal.custody.facts import Step
from counterseal.evidence.browser.visit import Kind, Text, Tls, Visit
from counterseal.handover import report
from counterseal.handover.telling import Telling
from counterseal.handover.visits import visits
from small_vault import begin
from unit.handover.telling import told

TLS = Tls("TLS 1.3", "AES_128_GCM", "forum.example", "A & Sons", 1_700_000_000, 1_800_000_000)
HOSTILE = "https://forum.example/\u202e<script>alert(1)</script>"
OPENED = Visit(
    7,
    Kind.OPENED,
    1_795_275_640_616,
    by_browser=True,
    window=2,
    address=Text.of(HOSTILE),
    status=200,
    peer="192.0.2.7:443",
    tls=TLS,
    certificate="ab" * 32,
    title=Text.of("A <b>title</b>"),
)
GAP = Visit(8, Kind.GAP, 1_795_275_641_000, by_browser=False, failure="browser gone")


def _telling(folder: Path, *lines: str) -> Telling:
    """Tell a case whose browser was watched."""
    usual = told(folder / "usual")
    small = begin(folder / "watched")
    small.report()
    small.take(Step.CASE_TRIAGED, "ab", "cd")
    small.take(Step.CASE_AUTHORISED, "ab", "cd", "ef")
    small.take(Step.SESSION_OPENED, "ab", "cd")
    index = small.take(Step.VISIT_RECORDED, visits=len(lines)).entry.index
    text: Any = SimpleNamespace(text={"visits": list(lines)}, exhibits=())
    leaves = [x for x in small.log.entries() if x.entry.case in {"", CASE}]
    statement = replace(usual.statement, exhibits=[])
    return replace(usual, statement=statement, leaves=leaves, openings={index: text})


def test_each_visit_is_told_with_whom_the_computer_spoke_to(tmp_path: Path) -> None:
    lines = [json.dumps(each.as_dict()) for each in (OPENED, GAP)]
    opened, gap = visits(_telling(tmp_path, *lines))
    assert (opened.when, opened.window, opened.did) == ("2026-11-21 15:40:40.616", "2", "showed")
    assert opened.address == Text.of(HOSTILE).shown
    said = " ".join(opened.more)
    for word in ("200 from 192.0.2.7:443", "TLS 1.3", "forum.example by A & Sons", "ab" * 32):
        assert word in said
    assert (gap.did, gap.more) == ("nobody watched from here on", ("browser gone",))


@pytest.mark.parametrize(
    "line", ["", "no json", "[]", "7", "{}", '{"kind":"opened"}', '{"utc_ms":1e400,"window":0}']
)
def test_a_line_of_another_form_is_told_as_it_stands(tmp_path: Path, line: str) -> None:
    (found,) = visits(_telling(tmp_path, line))
    assert (found.address, found.did) == (line, "")


def test_on_the_page_it_is_text_that_does_nothing(tmp_path: Path) -> None:
    page = report.page(_telling(tmp_path, json.dumps(OPENED.as_dict())))
    assert "What the browser opened" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "A &lt;b&gt;title&lt;/b&gt;" in page
    assert "\u202e" not in page
    assert 'href="https' not in page


def test_without_a_browser_the_page_says_nothing_of_one(tmp_path: Path) -> None:
    assert "What the browser opened" not in report.page(told(tmp_path))
