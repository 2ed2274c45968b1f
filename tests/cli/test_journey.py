"""A whole case as two people type it, and what each command says in JSON."""

from pathlib import Path

import schools
from driving import School
from schools import ADD, AUTHORISE, OPEN, PRESENT, REPORT, SAFE

STAGE_KEYS = {
    *("case", "stage", "paused", "category", "class", "gates", "investigators", "authoriser"),
    *("reserve", "concerns", "exhibits", "entries", "reported", "last", "next"),
}  # fmt: skip
KEPT_KEYS = {
    *("case", "exhibit", "kept", "sha256_plain", "size_plain", "sha256_cipher", "path"),
    "signed_by",
}  # fmt: skip
RECEIPT_KEYS = {"size", "root", "fingerprint", "receipt", "text", "signed_by"}
BOTH = ("ab", "cd")


def test_a_whole_case_with_options_alone(tmp_path: Path) -> None:
    """Every answer but a passphrase has an option; each outcome in JSON has its keys."""
    school = schools.practised().copy_to(tmp_path / "school").as_installed()
    words = school.words_of

    made = school.json(*REPORT, "--as", "ab", answers=words("ab"))
    case = made["case"]
    assert made["stage"] == "reported"
    triaged = school.json(*schools.triage(), case, answers=words(*BOTH))
    assert triaged.keys() >= STAGE_KEYS
    assert (triaged["stage"], triaged["category"], triaged["investigators"]) == (
        "triaged",
        17,
        ["ab", "cd"],
    )
    assert school.json(*AUTHORISE, case, answers=words(*BOTH, "ef"))["authoriser"] == "ef"
    opened = school.json(*OPEN, "--case", case, answers=words(*BOTH))
    assert (opened["stage"], opened["paused"]) == ("collecting", False)
    assert school.json(*ADD, answers=words(*BOTH))["concern"] == 1

    taken = school.json(
        *("exhibit", "capture", "--what", "The chat", "--keep", *SAFE), answers=words(*BOTH)
    )
    assert taken.keys() >= KEPT_KEYS
    assert (taken["exhibit"], taken["kept"], taken["signed_by"]) == ("AB/1", True, ["ab", "cd"])
    supplied = _supply(school, tmp_path)
    assert supplied.keys() >= KEPT_KEYS
    assert supplied["exhibit"] == "CD/1"
    declined = school.json(
        *("exhibit", "decline", "--reason", "described-instead", "--why", "Words will do"),
        *PRESENT,
        answers=words(*BOTH),
    )
    assert declined == {**declined, "concern": 1, "kept": False}
    listed = school.json("exhibit", "list", "--case", case)
    assert [(e["ref"], e["how"]) for e in listed["exhibits"]] == [
        ("AB/1", "captured"),
        ("CD/1", "supplied"),
    ]
    viewed = school.json("exhibit", "view", "CD/1", *SAFE, answers=words(*BOTH))
    assert (viewed["exhibit"], viewed["media"], viewed["shown"]) == ("CD/1", "text/plain", False)
    noted = school.json(
        *("note", "add", "--case", case, "--about", "AB/1", "--text", "Seen"),
        *PRESENT,
        answers=words(*BOTH),
    )
    assert noted["entry"] == school.entries() - 1

    assert school.json("session", "pause")["paused"] is True
    resumed = school.json("session", "resume", *OPEN[2:], answers=words(*BOTH))
    assert resumed["paused"] is False
    closed = school.json(
        "session", "close", "--summary", "Two exhibits", *PRESENT, answers=words(*BOTH)
    )
    assert closed.keys() >= RECEIPT_KEYS
    assert closed["signed_by"] == ["ab", "cd"]
    _check_the_record(school, case, Path(closed["receipt"]))


def _supply(school: School, folder: Path) -> dict[str, object]:
    item = folder / "letter.txt"
    item.write_text("A letter")
    found: dict[str, object] = school.json(
        *("exhibit", "supply", str(item), "--what", "A letter", "--supplied-by", "A parent"),
        *("--received", "Today", "--producer", "cd", *SAFE),
        answers=school.words_of("cd", "ab"),
    )
    return found


def _check_the_record(school: School, case: str, receipt: Path) -> None:
    shown = school.json("case", "show", case)
    assert (shown["stage"], shown["exhibits"]) == ("collected", ["AB/1", "CD/1"])
    assert all(step.keys() >= {"step", "who"} for step in shown["next"])
    told = school.json("log", "show", "--case", case)["entries"]
    assert [entry["step"] for entry in told] == [
        *("case.reported", "case.triaged", "case.authorised", "session.opened"),
        *("concern.recorded", "exhibit.captured", "exhibit.supplied", "exhibit.declined"),
        *("exhibit.viewed", "note.added", "session.paused", "session.resumed", "session.closed"),
    ]  # fmt: skip
    issued = school.json("log", "receipt", "--signed-by", "ef", answers=school.words_of("ef"))
    assert issued.keys() >= RECEIPT_KEYS
    assert issued["size"] == school.entries()
    checked = school.json("log", "check", "--receipt", str(receipt))
    assert (checked["good"], checked["findings"], checked["not_on_a_receipt"]) == (True, [], 0)
    assert checked["entries"] == school.entries()


def test_a_real_case_with_answers_alone(tmp_path: Path) -> None:
    """Without one option, in the order asked, two people come from the report to the receipt."""
    school = schools.real_collecting().copy_to(tmp_path / "school").as_installed()
    item = tmp_path / "letter.txt"
    item.write_text("A letter")
    one, two = school.words_of("ab", "cd")
    school.run(
        *("exhibit", "supply", str(item)),
        answers=["A letter", "A parent", "Today", one, two, "no", "no", "no", "no"],
    )
    school.run(
        *("exhibit", "decline"),
        answers=["not-needed", "Nothing to see", "present", one, "read", two],
    )
    school.run("note", "add", answers=["A note", "present", one, "present", two])
    school.run("session", "pause")
    school.run("session", "resume", answers=["Room 4", "no", "no", "present", one, "present", two])
    closed = school.run("session", "close", answers=["All of it", "present", one, "present", two])
    assert "Kept" in closed.out
    assert "PRACTICE" not in closed.said
    assert school.steps() == [
        *("vault.created", "case.reported", "case.triaged", "case.authorised"),
        *("handover_key.checked", "session.opened"),
        *("concern.recorded", "exhibit.supplied", "exhibit.declined", "note.added"),
        *("session.paused", "session.resumed", "session.closed", "receipt.issued"),
    ]  # fmt: skip
    assert school.is_good()


def test_a_fourth_person_enrols_and_can_act(tmp_path: Path) -> None:
    """Two people sign the new list; from the next entry on the fourth person counts."""
    school = schools.practised().copy_to(tmp_path / "school").as_installed()
    mine = "violet anchor pillow eleven comet"
    made = school.json(
        *("people", "enrol", "--name", "Ian Jones", "--position", "Head of Year 9"),
        *("--role", "investigator", "--signer", "ab", "--signer", "ef", "--present", "ab"),
        *("--present", "ef"),
        answers=[mine, mine, *school.words_of("ab", "ef")],
    )
    assert (made["id"], made["version"]) == ("ij", 2)
    people = school.json("people", "list")["people"]
    assert [p["id"] for p in people] == ["ab", "cd", "ef", "gh", "ij"]
    school.run(*REPORT, "--as", "ij", answers=[mine])
    case = schools.second_case(school)
    school.run(
        *schools.triage(17, case, first="ab", second="ij"),
        answers=[*school.words_of("ab"), mine],
    )
    assert school.json("case", "show", case)["investigators"] == ["ab", "ij"]
    assert school.is_good()


def test_enrolling_with_answers_alone(tmp_path: Path) -> None:
    """Without an option: who signs, the name, the post, the roles, the passphrase twice."""
    school = schools.practised().copy_to(tmp_path / "school").as_installed()
    mine = "violet anchor pillow eleven comet"
    one, two = school.words_of("ab", "cd")
    school.run(
        "people",
        "enrol",
        answers=[
            *("ab", "cd", "Ian Jones", "Head of Year 9", "investigator, slt", mine, mine),
            *("present", one, "read", two),
        ],
    )
    person = school.json("people", "list")["people"][-1]
    assert (person["id"], person["roles"]) == ("ij", ["investigator", "slt"])
