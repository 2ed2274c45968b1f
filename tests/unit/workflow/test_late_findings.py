"""What a hostile reading found of files and papers, and what now answers it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from counterseal.custody.check import check
from counterseal.custody.facts import Step
from counterseal.custody.receipt import Holder, Receipt
from counterseal.errors import CountersealError, NotAllowedError, StoppedError, UsageError
from counterseal.policy import profile
from counterseal.workflow import assents, cases, policies, receipts, replacing
from counterseal.workflow.steps import Draft, commit, issue_receipt, prepare
from unit.workflow.life import CASE, FOUR, Life, at


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """A triaged case of ab and cd."""
    return at(tmp_path, "triaged", FOUR)


def _note(life: Life) -> Draft:
    del life
    return Draft(Step.NOTE_ADDED, CASE, {"about": ""}, {"note": "Nothing else"})


# --- what was put by for an assent ---------------------------------------------------------


def _put_by(life: Life) -> tuple[str, Path]:
    given = cases.Authorisation("ef", "", "safeguarding", True, True, "Why")  # noqa: FBT003
    number = assents.put_by(
        life.record, cases.prepare_authorisation(life.record, life.state, given)
    )
    (path,) = (life.record.vault.root / "proposals").glob(f"{number}*.json")
    assert assents.fetch(life.record, number).proposal.case == CASE
    return number, path


def test_what_was_put_by_and_changed_is_refused(life: Life) -> None:
    number, path = _put_by(life)
    path.write_text(path.read_text().replace('"letter":false', '"letter":true'))
    with pytest.raises(UsageError, match="was changed"):
        assents.fetch(life.record, number)


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"other")])
def test_what_was_put_by_without_its_files_is_refused(
    spoil: Callable[[Path], object], life: Life
) -> None:
    """Assent is to what people wrote too, which stands in a file."""
    number, path = _put_by(life)
    (file,) = json.loads(path.read_text())["details"]
    spoil(life.record.vault.path(file["name"]))
    with pytest.raises(UsageError, match="not whole any more"):
        assents.fetch(life.record, number)


# --- a made-up receipt ----------------------------------------------------------------------


def _made_up(life: Life, real: Receipt, *ids: str) -> Receipt:
    """Return a paper that these people signed, about the log as it is."""
    people = [life.record.person(i) for i in ids]
    with life.signing(*ids) as cosigners:
        note = life.record.log.head().cosigned({c.person: c.key for c in cosigners}, 1)
    holders = tuple(Holder(p.id, p.name, p.key.hex()) for p in people)
    return replace(real, note=note, people=holders)


def test_a_receipt_that_no_entry_issued_is_found(life: Life) -> None:
    """Its signatures are good, and it says what no entry says."""
    with life.signing("ab", "cd") as cosigners:
        real = issue_receipt(life.record, cosigners, "asked")
    assert receipts.compare(life.record, real) is None
    with_another = receipts.compare(life.record, _made_up(life, real, "ab", "ef"))
    assert with_another is not None
    assert (with_another.kind, with_another.what) == (
        "bad-signature",
        "it names other signers than the entry",
    )
    life.keep(prepare(life.record, _note(life), life.state.recipient), "ab", "cd")
    without = receipts.compare(life.record, _made_up(life, real, "ab", "cd"))
    assert without is not None
    assert without.what == "no entry says that it was issued"


# --- after a stop, and after a refusal --------------------------------------------------------


def test_nothing_is_erased_after_a_stop(life: Life) -> None:
    """Only the stop itself takes wraps away."""
    vault = life.record.vault
    before = list(vault.files(f"wraps/{CASE}"))
    vault.latch.lock()
    with pytest.raises(StoppedError):
        vault.erase_wraps(CASE, [])
    with pytest.raises(StoppedError):
        vault.erase(before[0])
    assert list(vault.files(f"wraps/{CASE}")) == before


def test_a_step_that_was_refused_leaves_no_file(life: Life) -> None:
    """Even where it was refused in the very last moment; one that was kept keeps its files."""
    before = set(life.record.vault.files("details"))
    prepared = prepare(life.record, _note(life), life.state.recipient)

    def refuse(_kept: object) -> None:
        what = "No."
        raise NotAllowedError(what)

    with life.signing("ab", "cd") as cosigners:
        with pytest.raises(NotAllowedError):
            commit(life.record, prepared, cosigners, before_commit=refuse)
        assert set(life.record.vault.files("details")) == before
        commit(life.record, prepared, cosigners)
        with pytest.raises(CountersealError):
            commit(life.record, prepared, cosigners)
    assert len(set(life.record.vault.files("details")) - before) == 1
    assert life.findings() == []


def test_halves_that_a_crash_left_are_gone_at_the_next_step(life: Life) -> None:
    """The computer died between the authorisation and the erasing."""
    given = cases.Authorisation("ef", "", "safeguarding", True, True, "Why")  # noqa: FBT003
    prepared = cases.prepare_authorisation(life.record, life.state, given)
    life.keep(prepared, "ab", "cd", "ef")
    vault = life.record.vault
    stranger = vault.root / "wraps" / CASE / "ab+cd" / "ab-0123456789abcdef.age"
    stranger.write_bytes(b"of a change that is being signed")
    assert len(list(vault.files(f"wraps/{CASE}"))) == 7
    replacing.tidy_left_over(life.record)
    left = [name.split("/")[2] for name in vault.files(f"wraps/{CASE}")]
    assert left == ["ab+cd", "ab+cd", "ab+cd"]
    assert stranger.exists()
    assert life.opens("ab", "cd")


@pytest.mark.parametrize(
    "name",
    [
        "keysets/2.json",
        "profiles/notes.toml",
        "people/zz.key",
        "people/ab.0123456789abcdef.key",
        "receipts/notes.txt",
        "receipts/old.json",
    ],
)
def test_a_file_that_nothing_vouches_for_is_named(name: str, life: Life) -> None:
    """Somebody put it there, or an interrupted run left it; it is not read for anything."""
    record = life.record
    assert check(record.store, record.vault, record.log.origin).left_over == ()
    (record.vault.root / name).parent.mkdir(exist_ok=True)
    (record.vault.root / name).write_text("?")
    report = check(record.store, record.vault, record.log.origin)
    assert (report.findings, report.left_over) == ((), (name,))


def test_rules_that_were_adopted_and_are_gone_are_found(life: Life) -> None:
    """No entry names them yet; the next could not be checked."""
    adopted = profile.builtin("primary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policies, "unstaffed", lambda *_given: ())
        prepared = policies.prepare_adoption(life.record, adopted)
        with life.signing("ab", "cd") as cosigners:
            policies.adopt(life.record, adopted, prepared, cosigners)
    assert life.findings() == []
    record = life.record
    record.vault.profile(adopted.sha256).unlink()
    report = check(record.store, record.vault, record.log.origin)
    assert [(f.kind, f.where) for f in report.findings] == [
        ("missing", f"profiles/{adopted.sha256}.toml")
    ]
