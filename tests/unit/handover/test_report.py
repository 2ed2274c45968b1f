"""`START-HERE.html`: what a person or a page wrote stands on it as text, and does nothing there."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from counterseal.custody.facts import Step
from counterseal.handover import report
from counterseal.handover.statement import RECORD_ONLY
from counterseal.handover.telling import Telling
from unit.handover.telling import saying, told

HOSTILE = [
    "<script>alert(1)</script>",
    "</dd></dl><img src=x onerror=alert(1)>",
    '"><a href="https://forum.example/1">here</a>',
    "<style>*{display:none}</style>",
    "&lt;b&gt; &amp; 'quoted' \"twice\"",
    "javascript:alert(1)",
    "<!-- ",
    "]]>",
]
ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "h3", "p", "table"),
    *("tr", "th", "td", "b", "br", "span", "code", "pre", "ol", "li", "dl", "dt", "dd", "a"),
}
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Reads the page as a browser would: what elements there are, and what text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture
def telling(tmp_path: Path) -> Telling:
    return told(tmp_path)


def test_it_is_whole_and_holds_nothing_that_acts(telling: Telling) -> None:
    """Elements of a short list, each closed; links lead to exhibits beside it and nowhere else."""
    reader = read(report.page(telling))
    assert reader.seen <= ALLOWED
    assert reader.links == ["exhibits/AB-1.png", "exhibits/CD-1.png"]
    assert reader.attributes <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "href",
    }
    assert "default-src &#x27;none&#x27;" in report.page(telling)


def test_it_says_who_did_what_and_when(telling: Telling) -> None:
    """An officer finds names, exhibits with fingerprints, times, and what was written."""
    text = read(report.page(telling)).text
    for said in ("PRACTICE", "Anna Bell (ab)", "Carl Dent (cd)", "AB/1", "CD/1", "Unkind posts"):
        assert said in text
    assert telling.statement.exhibits[0].digest.sha256 in text
    assert telling.statement.head.fingerprint in text
    assert "not captured by it" in text
    assert text.count("Signed by: ") == len(telling.own)
    assert "Signed by: the computer alone" in text


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_wrote_stays_text(telling: Telling, words: str) -> None:
    """It reads as it was typed, and no element comes of it."""
    plain = read(report.page(saying(telling, Step.NOTE_ADDED, {"note": "x"})))
    reader = read(report.page(saying(telling, Step.NOTE_ADDED, {"note": words})))
    assert words in reader.text
    assert (reader.seen, reader.links) == (plain.seen, plain.links)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_a_page_sent_stays_text(telling: Telling, words: str) -> None:
    """An address too: whatever bytes it holds, it leads nowhere."""
    address = base64.b64encode(f"https://forum.example/?{words}".encode()).decode()
    text = {"address_b64": address, "nature": "n", "seen": "s", "place": "p"}
    reader = read(report.page(saying(telling, Step.CONCERN_RECORDED, text)))
    assert f"https://forum.example/?{words}" in reader.text
    assert not [link for link in reader.links if "forum" in link]


@pytest.mark.parametrize(
    ("character", "shown"),
    [("\u202e", "[U+202E]"), ("\u200b", "[U+200B]"), ("\x1b", "[U+001B]"), ("\x00", "[U+0000]"),
     ("\u2066", "[U+2066]"), ("\ufeff", "[U+FEFF]")],
)  # fmt: skip
def test_characters_that_act_are_named(telling: Telling, character: str, shown: str) -> None:
    """A page may send what turns the direction of the line; it is written out instead."""
    address = base64.b64encode(f"https://a.example/{character}fdp.exe".encode()).decode()
    text = {"address_b64": address, "nature": "n", "seen": "s", "place": "p"}
    page = report.page(saying(telling, Step.CONCERN_RECORDED, text))
    assert f"https://a.example/{shown}fdp.exe" in page
    assert character not in page


def test_bytes_that_are_no_text_do_not_stop_it(telling: Telling) -> None:
    """Nothing that a page sends may make a bundle fail."""
    text = {"address_b64": base64.b64encode(b"\xff\xfe\x80").decode(), "nature": "n"}
    assert "\N{REPLACEMENT CHARACTER}" in report.page(saying(telling, Step.CONCERN_RECORDED, text))


def test_of_a_stopped_case_it_says_that_texts_stay_sealed(telling: Telling) -> None:
    """Neither exhibits nor words; and no promise of folders that are not there."""
    statement = replace(telling.statement, kind=RECORD_ONLY, exhibits=[])
    reader = read(report.page(replace(telling, statement=statement, openings={})))
    assert reader.links == []
    assert "the record of a stopped case" in reader.text
    assert "Unkind posts" not in reader.text
    assert re.search(r"\bexhibits\b", reader.text.partition("What was done")[0]) is None
    assert reader.text.count("not opened: encrypted") == len(
        [x for x in telling.own if x.entry.proposal.details]
    )
