"""After SEAL nothing that the school can read is left: every byte of the folder is looked through.

The same look is let loose on a folder with such a byte in it first, because a look that cannot find
anything shows nothing.
"""

from pathlib import Path

import pytest

import schools
from driving import School
from schools import SAFE, second_case

CAPTURE = ("exhibit", "capture", "--what", "The chat of class 9", "--keep", *SAFE)
NEEDLES = {
    "the beginning of a picture": b"\x89PNG\r\n",
    "the pixels of a picture": b"IDAT",
    "what a picture shows, in words": b"The chat of class 9",
    "what was reported": b"Unkind messages",
    "words of the victim": b"They laugh at me",
    "an address": b"chat.example",
    "where it was": b"A group chat",
}


def _found(school: School, said: str = "") -> list[str]:
    """Return what is found in plain in any file of the school's, or in what was said."""
    files = [path for path in school.folder.rglob("*") if path.is_file()]
    # The practice case leaves its bundle beside the data folder, opened: it is another case's.
    files = [path for path in files if school.folder / "case" not in path.parents]
    places = {str(path): path.read_bytes() for path in files}
    places["what was said"] = said.encode()
    return [
        f"{what} in {place}"
        for place, content in places.items()
        for what, needle in NEEDLES.items()
        if needle in content or needle.hex().encode() in content
    ]


@pytest.mark.parametrize("how", ["stop", "safety", "declined"])
def test_no_picture_and_no_word_in_plain_is_left(how: str, tmp_path: Path) -> None:
    """Database, its log of writes, latch, temporary files, output: nothing, and no wrap."""
    school = schools.collecting().copy_to(tmp_path / "school")
    (school.folder / "tmp").mkdir()
    school = school.seeing({"TMPDIR": str(school.folder / "tmp")})
    both = school.words_of("ab", "cd")
    school.run(*CAPTURE, answers=both)
    case = second_case(school)
    assert [n for n in school.files() if n.startswith(f"exhibits/{case}/")]
    typed, answers = {
        "stop": (("stop", "--what", "may-be"), []),
        "safety": (CAPTURE[:4], [*both, "yes"]),
        "declined": (CAPTURE[:4], [*both, *["no"] * 4, "do-not-keep", "because-of-what-it-showed"]),
    }[how]
    done = school.run(*typed, answers=answers, status=30)
    shown = school.run("stop", "show").said
    assert school.last_entry()["step"] == "case.stopped"
    assert not (school.vault / f"wraps/{case}").exists() or not list(
        (school.vault / f"wraps/{case}").rglob("*.age")
    )
    assert _found(school, done.said + shown) == []
    assert list((school.folder / "tmp").iterdir()) == []
    school.run("case", "list", status=30)
    assert _found(school) == []


@pytest.mark.parametrize("what", NEEDLES)
def test_the_look_finds_what_is_there(what: str, tmp_path: Path) -> None:
    """In a file with another name, in the midst of other bytes."""
    school = School(tmp_path)
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "log.db-wal").write_bytes(b"\x00" * 999 + NEEDLES[what] + b"\x00")
    assert [found for found in _found(school) if what in found]
