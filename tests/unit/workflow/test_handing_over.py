"""A bundle and its entry come together, or neither does; what is said of it afterwards is true."""

from pathlib import Path

import pytest

from counterseal.custody.facts import Step
from counterseal.errors import CountersealError, NotAllowedError, OutOfOrderError, VaultError
from counterseal.handover import seal
from counterseal.keys import recipients
from counterseal.keys.unlocked import UnlockedKey
from counterseal.latch import Latch
from counterseal.workflow import handing_over, practice_leaving
from counterseal.workflow.bundle_lock import Sealing, make_lock
from unit.workflow import life
from unit.workflow.life import CASE, THREE, Life


@pytest.fixture
def school(tmp_path: Path) -> Life:
    return life.at(tmp_path, "collected", THREE)


def make(school: Life, out: Path) -> handing_over.Made:
    """Make a bundle as the command does, to a key of the receiver's."""
    lock = make_lock(school.record, Sealing(to=(RECEIVER,)))
    prepared = handing_over.prepare_export(school.record, school.state, "police", "Asked for")
    with school.signing("ab", "cd") as both:
        made, _ = handing_over.make(school.record, prepared, both, lock, out, lambda _d, _t: None)
    return made


RECEIVER = recipients.recipient_of(recipients.new_identity())


def test_a_bundle_is_in_its_place_and_in_the_record(school: Life, tmp_path: Path) -> None:
    """The one control for all that follows."""
    made = make(school, tmp_path / "out")
    assert school.state.bundles == (made.digest.sha256,)
    assert not school.state.exporting
    assert [path.name for path in (tmp_path / "out").iterdir()] == [seal.NAME]
    assert school.findings() == []


def test_a_key_file_that_cannot_note_it_takes_nothing_back(
    school: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry is durable by then: the bundle stays, and that is what people are told."""
    real = UnlockedKey.remember_head
    heads = []

    def fails_later(self: UnlockedKey, size: int, root: bytes) -> None:
        heads.append(size)
        if len(heads) > 2:  # after `export.opened` both keys noted it; after the bundle none can
            what = "The stick was taken out."
            raise VaultError(what)
        real(self, size, root)

    monkeypatch.setattr(UnlockedKey, "remember_head", fails_later)
    with pytest.raises(VaultError) as raised:
        make(school, tmp_path / "out")
    assert raised.value.kept == handing_over.IN_RECORD
    assert (tmp_path / "out" / seal.NAME).is_file()
    assert len(school.state.bundles) == 1


def test_a_record_that_refuses_takes_the_bundle_back(
    school: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is there for a moment, inside the transaction; then neither is."""
    real = seal.Sealed.publish

    def refused(self: seal.Sealed) -> None:
        real(self)
        assert self.path.is_file()
        what = "The disk is full."
        raise VaultError(what)

    monkeypatch.setattr(seal.Sealed, "publish", refused)
    with pytest.raises(VaultError) as raised:
        make(school, tmp_path / "out")
    assert raised.value.kept == handing_over.OPENED_ONLY
    assert list((tmp_path / "out").iterdir()) == []
    assert school.state.bundles == ()
    assert school.state.exporting
    assert school.findings() == []


def test_a_stop_in_the_middle_ends_it(
    school: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody presses STOP while exhibits are being opened."""
    real = seal.told

    def stopping(*given: object) -> object:
        Latch((school.folder / "vault",)).lock()
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(seal, "told", stopping)
    with pytest.raises(CountersealError) as raised:
        make(school, tmp_path / "out")
    assert raised.value.code == "stopped"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_case_that_was_never_stopped_leaves_whole(school: Life, tmp_path: Path) -> None:
    """One person alone takes nothing of it out of the school."""
    lock = make_lock(school.record, Sealing(to=(RECEIVER,)))
    with school.signing("ab") as (one,), pytest.raises(OutOfOrderError, match="was not stopped"):
        handing_over.make_record_only(
            school.record, school.state, one, lock, tmp_path / "out", lambda _d, _t: None
        )
    assert not (tmp_path / "out").exists()


def test_only_practice_leaves_a_bundle_open(
    school: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever calls it, a real record is refused."""
    monkeypatch.setattr(type(school.record), "practice", property(lambda _self: False))
    with pytest.raises(NotAllowedError, match="sealed, or not at all"):
        practice_leaving.make_bundle(school.record, CASE, [], tmp_path)
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".zip"] == []


def test_the_entry_follows_the_opening(school: Life, tmp_path: Path) -> None:
    """`bundle.made` is the case's next entry, so nothing can come between unseen."""
    make(school, tmp_path / "out")
    steps = [x.entry.step for x in school.record.log.entries(CASE)]
    assert steps[-2:] == [Step.EXPORT_OPENED, Step.BUNDLE_MADE]
