"""At a real terminal: questions are asked again, secrets do not show, wrong ones are counted."""

from pathlib import Path

import pytest

import schools
from driving import School
from schools import CONCERN, PRESENT, second_case
from terminal import Terminal, sitting_at


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.collecting().copy_to(tmp_path / "school")


def _sign(terminal: Terminal, school: School) -> None:
    one, two = school.words_of("ab", "cd")
    terminal.answer(
        ("Ada Brook (ab)", "present"),
        ("Passphrase of Ada Brook", one),
        ("Carl Dunn (cd)", "read"),
        ("Passphrase of Carl Dunn", two),
    )


def test_two_people_add_a_concern(school: School) -> None:
    """They are asked one question at a time, see what they sign, and their secrets never show."""
    with sitting_at(school, "concern", "add") as terminal:
        terminal.answer(
            ("Address", "https://chat.example/10"),
            ("Carl Dunn: read it back aloud", "yes"),
            ("of concern", "Unkind messages"),
            ("When", "Today"),
            ("Which site", "A group chat"),
        )
        terminal.until("This is what you sign")
        assert "https://chat.example/10" in terminal.until("Place")
        _sign(terminal, school)
        assert terminal.end() == 0
    assert "Kept: concern 2" in terminal.shown
    assert not any(word in terminal.shown for word in school.words_of("ab", "cd"))
    assert school.last_entry()["people"][1]["present"] is False


def test_a_wrong_answer_is_asked_again(school: School) -> None:
    """Nobody loses what they typed before because one answer was no use."""
    with sitting_at(school, "note", "add", "--case", second_case(school)) as terminal:
        terminal.answer(("The note", ""), ("empty", "A note"))
        terminal.answer(("Ada Brook (ab)", "perhaps"))
        terminal.until("not one of the answers")
        _sign(terminal, school)
        assert terminal.end() == 0
    assert "Kept" in terminal.shown


def test_three_tries_and_a_wait_that_grows(school: School) -> None:
    """Two wrong passphrases are forgiven; the third ends the command, and the count stays."""
    typed = ("note", "add", "--case", second_case(school), "--text", "x", *PRESENT)
    before = school.entries()
    with sitting_at(school, *typed) as terminal:
        for _ in range(3):
            terminal.answer(("Passphrase of Ada Brook", "certainly not"))
        assert terminal.end() == 70
    assert terminal.shown.count("not right") == 3
    assert "Nothing was kept" in terminal.shown
    assert "certainly not" not in terminal.shown
    assert school.entries() == before
    assert (school.vault / "people" / "ab.tries").read_text() == "3"


def test_a_second_try_goes_on_where_it_was(school: School) -> None:
    """After a slip of the finger the same step goes on."""
    typed = ("note", "add", "--case", second_case(school), "--text", "x", *PRESENT)
    one, two = school.words_of("ab", "cd")
    with sitting_at(school, *typed) as terminal:
        terminal.answer(
            ("Passphrase of Ada Brook", "a slip of the finger"),
            ("Passphrase of Ada Brook", one),
            ("Passphrase of Carl Dunn", two),
        )
        assert terminal.end() == 0


def test_the_safety_answers_do_not_show(school: School) -> None:
    """Each answers alone: the other, who looks at the same screen, reads nothing."""
    one, two = school.words_of("ab", "cd")
    with sitting_at(school, "exhibit", "capture", "--what", "x") as terminal:
        terminal.answer(("Passphrase of Ada Brook", one), ("Passphrase of Carl Dunn", two))
        terminal.answer(("sexual or nude image", "no"), ("must not be copied", "not-sure"))
        assert terminal.end() == 30
    for question in ("sexual or nude image", "must not be copied"):
        line = terminal.shown.split(question, 1)[1].split("\n", 1)[0]
        assert line.strip().endswith("]:"), "what was typed shows"
    assert school.last_entry()["facts"]["trigger"] == "safety-answer"


@pytest.mark.parametrize("key", ["C", "D"])
def test_whoever_breaks_off_keeps_nothing(key: str, school: School) -> None:
    """Ctrl-C and Ctrl-D end a question as "cancelled", and no page of code is shown."""
    before, files = school.entries(), school.files()
    with sitting_at(school, "concern", "add", *CONCERN) as terminal:
        terminal.until("Address")
        terminal.press(key)
        assert terminal.end() == 3
    assert "Nothing was kept" in terminal.shown
    assert "Traceback" not in terminal.shown
    assert (school.entries(), school.files()) == (before, files)


def test_breaking_off_at_a_passphrase(school: School) -> None:
    """The same at a question whose answer does not show; the terminal shows typing again after."""
    typed = ("note", "add", "--case", second_case(school), "--text", "x", *PRESENT)
    with sitting_at(school, *typed) as terminal:
        terminal.until("Passphrase of Ada Brook")
        terminal.press("C")
        assert terminal.end() == 3
    assert "Traceback" not in terminal.shown


def test_enrolling_offers_six_words(school: School) -> None:
    """A newcomer is shown what a good passphrase looks like, and a bad one is asked again."""
    mine = "violet anchor pillow eleven comet"
    one, two = school.words_of("ab", "cd")
    typed = ("people", "enrol", "--signer", "ab", "--signer", "cd", *PRESENT)
    with sitting_at(school, *typed) as terminal:
        terminal.answer(("Name", "Ian Jones"), ("Position", "Bursar"), ("Roles", "slt"))
        offered = terminal.until("New passphrase").splitlines()
        assert any(len(line.split(":")[-1].split()) == 6 for line in offered), offered
        terminal.type("password1234")
        terminal.until("too easily guessed")
        terminal.answer(("New passphrase", mine), ("same again", mine))
        terminal.answer(("Passphrase of Ada Brook", one), ("Passphrase of Carl Dunn", two))
        assert terminal.end() == 0
    assert mine not in terminal.shown
    assert school.steps()[-1] == "keyset.changed"
