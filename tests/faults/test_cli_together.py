"""Two commands at the same time: both are kept, one after the other, or one is refused whole."""

import os
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import pytest

import schools
from driving import NOTHING_KEPT, School, finish
from schools import ADD, PRESENT, REPORT, second_case


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.collecting().copy_to(tmp_path / "school")


def _note(school: School, text: str) -> tuple[str, ...]:
    return ("note", "add", "--case", second_case(school), "--text", text, *PRESENT, "--json")


def _until_asked(running: subprocess.Popen[str]) -> None:
    """Wait until a command has shown what is signed, so that it is in the middle of a step."""
    assert running.stderr is not None
    shown = b""
    while b"what you sign" not in shown:
        piece = os.read(running.stderr.fileno(), 4096)
        assert piece, "it ended before it asked anything"
        shown += piece


def test_two_notes_at_once_are_both_kept(school: School) -> None:
    """Both wait for their passphrases at the same time; both entries are in the record."""
    one, two = _note(school, "one"), _note(school, "two")
    both = school.words_of("ab", "cd")
    before = school.entries()
    with school.start(*one) as first, school.start(*two) as second:
        _until_asked(first)
        _until_asked(second)
        done: list[int] = []
        threads = [
            threading.Thread(
                target=lambda r=running, t=typed: done.append(finish(r, t, both).data["entry"])
            )
            for running, typed in ((first, one), (second, two))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sorted(done) == [before, before + 1]
    assert school.is_good()


def test_two_reports_at_once_become_two_cases_or_one(school: School) -> None:
    """The second report was prepared for a reference that is taken: it is refused whole."""
    typed = (*REPORT, "--as", "ab", "--json")
    with school.start(*typed) as slow:
        _until_asked(slow)
        made = school.json(*REPORT, "--as", "ab", answers=school.words_of("ab"))
        before = school.files()
        done = finish(slow, typed, school.words_of("ab"), status=None)
    assert done.status == 20
    assert done.data["kept"] == NOTHING_KEPT
    assert school.files() == before
    assert school.json("case", "show", made["case"])["entries"] == 1
    assert school.is_good()


def test_a_step_that_came_second_is_refused_whole(school: School) -> None:
    """Another concern was recorded while the two were typing: nothing of theirs is kept."""
    typed = (*ADD, "--json")
    both = school.words_of("ab", "cd")
    with school.start(*typed) as slow:
        _until_asked(slow)
        school.run(*ADD, answers=both)
        before = school.files()
        done = finish(slow, typed, both, status=20)
    assert (done.data["error"], done.data["kept"]) == ("out-of-order", NOTHING_KEPT)
    assert {k: v for k, v in school.files().items() if not k.startswith("people/")} == {
        k: v for k, v in before.items() if not k.startswith("people/")
    }
    assert school.is_good()


def test_people_changed_meanwhile(school: School) -> None:
    """Whoever signs under a list of people that is no longer in force has to begin again."""
    mine = "violet anchor pillow eleven comet"
    typed = _note(school, "x")
    both = school.words_of("ab", "cd")
    with school.start(*typed) as slow:
        _until_asked(slow)
        school.run(
            *("people", "enrol", "--name", "Ian Jones", "--position", "Bursar", "--role", "slt"),
            *("--signer", "ab", "--signer", "cd", *PRESENT),
            answers=[mine, mine, *both],
        )
        before = school.entries()
        done = finish(slow, typed, both, status=None)
    # Either it is refused, or it was signed under the list that is in force by now.
    assert done.status in {0, 20}
    assert school.entries() == before + (done.status == 0)
    assert school.is_good()


def test_a_stop_from_elsewhere_ends_a_step_under_way(school: School) -> None:
    """Passphrases that come after a stop sign nothing."""
    typed = _note(school, "x")
    with school.start(*typed) as slow:
        _until_asked(slow)
        school.run("stop", status=30)
        before, files = school.entries(), school.files()
        done = finish(slow, typed, school.words_of("ab", "cd"), status=30)
    assert done.data["error"] == "stopped"
    assert school.entries() == before
    assert school.files().keys() == files.keys()


def test_a_writer_is_waited_for(school: School) -> None:
    """While another program holds the log for a moment, the command waits and then goes on."""
    typed, before = _note(school, "x"), school.entries()
    done: list[int] = []
    with school.start(*typed) as running:
        _until_asked(running)
        answering = threading.Thread(
            target=lambda: done.append(finish(running, typed, school.words_of("ab", "cd")).status)
        )
        with closing(sqlite3.connect(school.vault / "log.db")) as log:
            log.execute("BEGIN IMMEDIATE")
            answering.start()
            answering.join(1.5)
            assert answering.is_alive(), "it did not wait"
            assert school.entries() == before
            log.rollback()
        answering.join(60)
    assert done == [0]
    assert school.entries() == before + 1
    assert school.is_good()
