"""Text that cannot be used: one plain sentence, nothing kept, and never a word too much."""

from pathlib import Path

import pytest

import schools
from counterseal.commands.desk import shown
from driving import NOTHING_KEPT, School, refused
from schools import ADD, PRESENT, REPORT, second_case


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.collecting().copy_to(tmp_path / "school")


BAD = {
    "too long": "x" * 100_000,
    "empty": "",
    "only blanks": "   ",
    "a colour of the terminal": "a\x1b[31mb",
    "turned round": "exe.\u202egnp",
    "isolated": "a\u2066b",
    "half a character": "a\udce9b",
    "a bell": "a\x07b",
    "a carriage return": "a\rb",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_a_note_that_cannot_be_used(text: str, school: School) -> None:
    """Given as an option, it is refused before anybody signs, and never printed raw."""
    case = second_case(school)
    typed = ("note", "add", "--case", case, *PRESENT, "--text", text)
    entries, files = school.entries(), school.files()
    done = school.run(*typed, answers=school.words_of("ab", "cd"), status=2)
    assert (school.entries(), school.files()) == (entries, files)
    assert NOTHING_KEPT in done.err
    assert not set(done.said) & {"\x1b", "\u202e", "\u2066", "\x07", "\r"}
    assert len(done.said) < 1_000


@pytest.mark.parametrize("text", ["x" * 100_000, "turned \u202eround", ""])
def test_a_note_that_cannot_be_used_typed_as_an_answer(text: str, school: School) -> None:
    """The same where it is typed: it ends the command where nobody can be asked again."""
    typed = ("note", "add", "--case", second_case(school), *PRESENT)
    refused(school, 2, "usage", *typed, answers=[text, *school.words_of("ab", "cd")])


def test_an_address_that_cannot_be_shown(school: School) -> None:
    """What a page could have put there is refused too, by the same rule."""
    typed = [f"{word}\u202e\x1b[2J" if word.startswith("https") else word for word in ADD]
    error = refused(school, 2, "usage", *typed, answers=school.words_of("ab", "cd"))
    assert "address" in error["what"].lower()


def test_text_of_two_lines_cannot_pass_for_the_programs_own(school: School) -> None:
    """Every line of what is signed is set off from the program's own words."""
    case = second_case(school)
    typed = ("note", "add", "--case", case, *PRESENT, "--text", "one\nKept: all of it.")
    done = school.run(*typed, answers=school.words_of("ab", "cd"))
    (line,) = (line for line in done.err.splitlines() if "all of it" in line)
    assert line.startswith("   ")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("Al\nBo", None, id="two lines"),
        pytest.param("x" * 500, None, id="too long"),
        pytest.param("", None, id="empty"),
        pytest.param("Al Bo", "short", id="a short passphrase"),
        pytest.param("Al Bo", "password1234", id="a common passphrase"),
        pytest.param("Al Bo", "x\x07y violet anchor pillow", id="what no keyboard types"),
        pytest.param("Alexander Bonaparte", "alexander bonaparte", id="one's own name"),
    ],
)
def test_somebody_who_cannot_be_enrolled_so(name: str, words: str | None, school: School) -> None:
    """A name or passphrase that will not do is refused, and leaves no key file."""
    mine = words or "violet anchor pillow eleven comet"
    typed = ("people", "enrol", "--name", name, "--position", "Bursar", "--role", "slt")
    answers = [mine, mine, *school.words_of("ab", "cd")]
    refused(
        school, 2, "usage", *typed, "--signer", "ab", "--signer", "cd", *PRESENT, answers=answers
    )


def test_two_passphrases_that_differ(school: School) -> None:
    """Typed twice means the same twice."""
    typed = ("people", "enrol", "--name", "Al Bo", "--position", "Bursar", "--role", "slt")
    answers = ["violet anchor pillow eleven comet", "violet anchor pillow eleven planet"]
    error = refused(school, 2, "usage", *typed, "--signer", "ab", "--signer", "cd", answers=answers)
    assert "not the same" in error["what"]


def test_a_name_that_is_taken(school: School) -> None:
    """Nobody is enrolled twice: a person is one key, and a key one person."""
    mine = "violet anchor pillow eleven comet"
    typed = ("people", "enrol", "--name", "Ada Brook", "--position", "Bursar", "--role", "slt")
    answers = [mine, mine, *school.words_of("ab", "cd")]
    done = school.run(
        *typed, "--signer", "ab", "--signer", "cd", *PRESENT, "--json", answers=answers, status=20
    )
    assert done.data["error"] == "same-person"
    assert not list((school.vault / "people").glob("ab2*"))


def test_a_passphrase_in_the_wrong_place_is_not_repeated(school: School) -> None:
    """An answer out of turn may be a passphrase: no error prints it."""
    (secret,) = school.words_of("ab")
    typed = ("note", "add", "--case", second_case(school), "--text", "x")
    done = school.run(*typed, "--json", answers=[secret], status=2)
    assert secret not in done.said
    assert not any(word in done.said for word in secret.split())


def test_answers_that_end_too_early(school: School) -> None:
    """The question that nobody answered is named; one signature alone is nothing."""
    typed = ("note", "add", "--case", second_case(school), "--text", "x", *PRESENT)
    error = refused(school, 2, "input-ended", *typed, answers=school.words_of("ab"))
    assert "Carl Dunn" in error["what"]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(("banana",), id="no such command"),
        pytest.param(("case", "banana"), id="no such command of a group"),
        pytest.param(("case", "report", "--banana"), id="no such option"),
        pytest.param(("case", "triage", "--category", "99"), id="no such category"),
        pytest.param(("case", "triage", "--category", "many"), id="no number"),
        pytest.param(("exhibit", "supply"), id="no file named"),
        pytest.param(("concern", "add", "--address", "a", "--device", "b"), id="two at once"),
        pytest.param((*REPORT[:2], "--as", "ab", "--source", "banana"), id="no such source"),
    ],
)
def test_a_mistyped_command(typed: tuple[str, ...], school: School) -> None:
    """Exit status 2, in JSON as in words, with the way to the help or the answers."""
    refused(school, 2, "usage", *typed)


def test_a_mistyped_command_in_words(school: School) -> None:
    """Three lines on standard error: what, that nothing was kept, and what to do."""
    done = school.run("case", "report", "--banana", status=2)
    assert done.out == ""
    what, kept, advice = done.err.strip().splitlines()
    assert ("--banana" in what, kept, "--help" in advice) == (True, NOTHING_KEPT, True)


def test_safety_answers_that_nobody_can_give(school: School) -> None:
    """An answer for somebody else, a word that is none, or two for one person take no picture."""
    for answer in ("gh=no", "ab=maybe", "=no"):
        typed = ("exhibit", "capture", "--what", "x", "--safety", answer)
        refused(school, 2, "usage", *typed, answers=school.words_of("ab", "cd"))
    twice = ("exhibit", "capture", "--what", "x", "--safety", "ab=no", "--safety", "ab=no")
    refused(school, 2, "usage", *twice, answers=school.words_of("ab", "cd"))


def test_a_milder_form_that_does_not_exist(tmp_path: Path) -> None:
    """Most categories have one class only."""
    school = schools.reported().copy_to(tmp_path / "school")
    refused(school, 20, "not-allowed", *schools.triage(17, "--milder"))


def test_an_old_console_that_cannot_show_a_letter(tmp_path: Path) -> None:
    """What the console has no letter for is spelled out; the command goes on."""
    school = schools.practised().copy_to(tmp_path / "school")
    there = school.seeing({"PYTHONIOENCODING": "cp437:strict"}).as_installed()
    assert "bytes   " in (said := there.run("exhibit", "list", "--case", "2026-001").out)
    assert "\\u2026" in said


def test_rules_that_are_nested_too_deeply(tmp_path: Path) -> None:
    school = schools.practised().copy_to(tmp_path / "school")
    deep = tmp_path / "deep.toml"
    deep.write_text(f"a = {'[' * 9_000}{']' * 9_000}")
    refused(school, 80, "policy", "policy", "check", str(deep))


def test_separators_of_lines_are_named() -> None:
    """A text could otherwise look like two lines of ours."""
    assert shown("one\u2028two\u2029three\nfour") == "one\\u2028two\\u2029three\nfour"
