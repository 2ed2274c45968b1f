"""A page is saved from the watched browser: real command, real Chromium, down to a bundle.

The school chose that pages may be saved, in both forms; by default none may (`cli/test_choices`).
"""

import io
import json
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

import bundles
import schools
from browsing import Site
from driving import School
from schools import CONCERN, PRESENT, SAFE, second_case
from watched_school import (
    go,
    open_to_save,
    opened_by_handover,
    ready,
    watched_school,
    written_in,
)
from xvfb import Screen

MARK = "A day by the sea"
SAVE = (
    "exhibit",
    "save-page",
    "--what",
    "The whole page",
    "--scrolled",
    "ab",
    "--scrolled",
    "cd",
    "--keep",
)
CLOSE = ("session", "close", "--summary", "Saved one page twice", *PRESENT)


@pytest.fixture
def school(tmp_path: Path, screen: Screen, pages: Site) -> Iterator[School]:
    """A school that chose both forms, with a page in its watched browser, and a concern."""
    with watched_school(schools.staffed_and_authorised(), tmp_path, screen) as facing:
        both = open_to_save(facing)
        go(facing, f"{pages.origin}/typed")
        facing.run("concern", "add", *CONCERN, *PRESENT, answers=("1", *both))
        yield facing


def _save(school: School, form: str) -> bytes:
    """Save the page and return it as the handover key opens it."""
    typed = (*SAVE, "--form", form, *SAFE)
    said = school.json(*typed, answers=school.words_of("ab", "cd"))
    content = opened_by_handover(school, said["path"])
    assert len(content) == said["size_plain"]
    return content


def _html(message: Message) -> str:
    page = next(part for part in message.walk() if part.get_content_type() == "text/html")
    return bytes(page.get_payload(decode=True)).decode()


def test_a_saved_page_runs_nothing(school: School, pages: Site) -> None:
    """The browser leaves scripts out, so that nothing acts on whoever opens the file."""
    go(school, f"{pages.origin}/push")
    html = _html(message_from_bytes(_save(school, "mhtml")))
    assert "<title>Push</title>" in html
    assert "<script" not in html.lower()
    assert "onload" not in html


def test_what_is_saved_opens_with_the_handover_key_and_leaves_in_a_bundle(
    school: School, pages: Site
) -> None:
    address = f"{pages.origin}/typed"
    whole, text = _save(school, "mhtml"), _save(school, "text")
    message = message_from_bytes(whole)
    assert message.get_content_type() == "multipart/related"
    assert message["Snapshot-Content-Location"] == address
    assert MARK in _html(message)
    assert MARK in text.decode().splitlines()

    entry = school.last_entry()
    assert (entry["step"], entry["facts"]["form"]) == ("page.saved", "text")
    (file,) = entry["details"]
    written = written_in(school, file["name"])["text"]
    assert f"address: {address}" in written["page"]
    assert "status: 200" in written["page"]
    assert any(line.startswith("peer: 127.0.0.1:") for line in written["page"])
    assert written["scrolled"] == ["ab", "cd"]
    assert int(written["visits"]) > 0

    listed = school.json("exhibit", "list", "--case", second_case(school))["exhibits"]
    assert [(one["ref"], one["how"]) for one in listed] == [("AB/1", "saved"), ("AB/2", "saved")]
    looked = school.run("exhibit", "view", "AB/1", *SAFE, answers=school.words_of("ab", "cd"))
    assert "only pictures are shown here" in looked.out
    assert MARK not in looked.said

    school.run(*CLOSE, answers=school.words_of("ab", "cd"))
    assert school.is_good()
    leaving = bundles.make(school, "--case", second_case(school))
    with zipfile.ZipFile(io.BytesIO(leaving.unsealed())) as bundle:
        inside = {i.filename.removeprefix("bundle/"): bundle.read(i) for i in bundle.infolist()}
    assert inside["data/exhibits/AB-1.mht"] == whole
    assert inside["data/exhibits/AB-2.txt"] == text
    start = inside["data/START-HERE.html"].decode()
    assert start.count("the page as the watched browser saved it, by both") == 2
    (school.folder / "bundle.zip").write_bytes(leaving.unsealed())
    checks = school.json("verify", str(school.folder / "bundle.zip"))["checks"]
    assert [check["status"] for check in checks if check["number"] < 17] == ["PASS"] * 16
    assert "page.saved" in json.dumps(json.loads(inside["data/case.jsonld"]))


def test_whoever_cannot_say_no_stops_everything_and_nothing_is_saved(school: School) -> None:
    typed = (*SAVE, "--form", "mhtml", "--safety", "ab=not-sure")
    school.run(*typed, answers=school.words_of("ab", "cd"), status=30)
    assert "page.saved" not in school.steps()
    assert not school.last_entry()["exhibits"]
    assert (school.vault / "STOPPED").exists()
    assert Path(f"/proc/{ready(school)['process']}").exists(), "it is frozen, never closed"
