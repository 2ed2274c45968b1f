"""The browser within the procedure, without a browser: the channel, the files, the record."""

import base64
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counterseal import locks
from counterseal.custody.facts import Step
from counterseal.custody.state import Stage
from counterseal.errors import AcquisitionError, OutOfOrderError, StoppedError, VaultError
from counterseal.evidence.browser import FOLDER as PROFILES
from counterseal.evidence.browser import Kind, Locked, Visit
from counterseal.evidence.browser.stood import Layout, Stood
from counterseal.evidence.browser.trouble import (
    BrowserGoneError,
    BrowserSilentError,
    PageChangedError,
    WatchLostError,
    WatchSilentError,
)
from counterseal.evidence.browser.visit import Text
from counterseal.evidence.browser.window import Shown
from counterseal.evidence.screen.port import BlankPictureError
from counterseal.keys import recipients
from counterseal.workflow import keepers
from counterseal.workflow.browsing import channel, stopped
from counterseal.workflow.browsing.asking import WatchedBrowser
from counterseal.workflow.browsing.catching_up import LOST, catch_up
from counterseal.workflow.browsing.channel import Answer, Listening, ask
from counterseal.workflow.browsing.clearing import clear, clear_left_over
from counterseal.workflow.browsing.port import ByHand, Frozen, Seen
from counterseal.workflow.browsing.recording import record_visits
from counterseal.workflow.steps import Draft, prepare
from counterseal.workflow.stop import lock
from counterseal.workflow.stop.cause import Cause
from patience import BUSY_S
from unit.workflow.life import CASE, HANDOVER, THREE, Life, at

ADDRESS = "https://forum.example/\u202e7"
VISIT = Visit(1, Kind.ASKED, 1_000, by_browser=True, window=1, address=Text.of(ADDRESS))
STOOD = Stood(2, 7, "ad" * 32, Layout(800, 600, 0, 900, 800, 1500), whole=True, since=1_000)
GAP = Visit(2, Kind.GAP, 2_000, by_browser=False, failure="browser gone")


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return at(tmp_path, "authorised", THREE)


@pytest.fixture
def collecting(tmp_path: Path) -> Life:
    return at(tmp_path, "collecting", THREE)


@contextmanager
def _kept(root: Path, **ready: Any) -> Iterator[Path]:  # noqa: ANN401
    """Let somebody hold the keeper's file, as a living keeper does."""
    folder = root / stopped.FOLDER
    folder.mkdir(exist_ok=True)
    keepers.write(folder / keepers.WANTED, {"case": CASE})
    keepers.write(folder / keepers.READY, ready)
    with (folder / keepers.KEEPER).open("a+b") as held:
        assert locks.take(held)
        yield folder


def _text(life: Life, step: Step) -> Any:  # noqa: ANN401  (JSON)
    entry = next(x.entry for x in reversed(life.record.log.entries(CASE)) if x.entry.step is step)
    (file,) = entry.proposal.details
    return json.loads(recipients.decrypt(life.record.vault.read(file.name, file.digest), HANDOVER))[
        "text"
    ]


# ------------------------------------------------------------------------------------- the channel


def test_an_answer_comes_back_whole_with_its_bytes() -> None:
    def answer(question: Mapping[str, Any]) -> Answer:
        return {"said": question["do"]}, b"\x89PNG" * 100_000

    listening = Listening(answer)
    said, content = ask(listening.where, {"do": "page"}, 5.0)
    listening.close()
    assert (said["said"], content) == ("page", b"\x89PNG" * 100_000)


def test_without_the_key_nobody_is_answered() -> None:
    asked: list[object] = []

    def answer(question: Mapping[str, Any]) -> Answer:
        asked.append(question)
        return {}, b""

    listening = Listening(answer)
    with pytest.raises(BrowserGoneError):
        ask({**listening.where, "key": "00" * 32}, {"do": "page"}, 5.0)
    assert asked == []
    ask(listening.where, {"do": "flush"}, 5.0)
    listening.close()
    assert asked == [{"do": "flush"}], "one stranger must not keep everybody out"


def test_a_keeper_that_hangs_is_waited_for_no_longer_than_said() -> None:
    hold = threading.Event()

    def answer(_: Mapping[str, Any]) -> Answer:
        hold.wait(10)
        return {}, b""

    listening = Listening(answer)
    begun = time.monotonic()
    with pytest.raises(WatchSilentError):
        ask(listening.where, {"do": "flush"}, 0.3)
    assert time.monotonic() - begun < 2.0 + BUSY_S
    hold.set()
    listening.close()


def test_where_nobody_listens_the_browser_is_gone() -> None:
    listening = Listening(lambda _: ({}, b""))
    listening.close()
    with pytest.raises(BrowserGoneError):
        ask(listening.where, {"do": "flush"}, 2.0)


@pytest.mark.parametrize("address", [["127.0.0.1", 9], "forum.example", "127.0.0.1:9", "", 7])
def test_a_place_beyond_this_computer_is_never_spoken_to(
    address: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever can write into the data folder cannot make us knock at another computer."""
    asked: list[object] = []
    monkeypatch.setattr(channel, "Client", lambda *given, **_: asked.append(given))
    with pytest.raises(BrowserGoneError):
        ask({"address": address, "key": "00" * 32}, {"do": "flush"}, 2.0)
    assert asked == []


# --------------------------------------------------------------------------------- what is asked


def test_without_a_screen_no_browser_is_started(tmp_path: Path, life: Life) -> None:
    opened = WatchedBrowser().start(life.record.vault.root, CASE)
    assert "no screen" in opened.why
    assert not (life.record.vault.root / stopped.FOLDER).exists()
    assert WatchedBrowser().flush(tmp_path) is None
    assert WatchedBrowser().stands(tmp_path, whole=False) is None
    assert WatchedBrowser().page(tmp_path, STOOD) is None
    assert WatchedBrowser().freeze(tmp_path) == Frozen()


def test_what_ended_the_watch_is_said_once(tmp_path: Path) -> None:
    folder = tmp_path / stopped.FOLDER
    folder.mkdir()
    said = {"code": "browser-gone", "what": "It was closed.", "advice": "By hand.", "kept": "All."}
    keepers.write(folder / "ended", said)
    with pytest.raises(BrowserGoneError) as met:
        WatchedBrowser().flush(tmp_path)
    assert (met.value.what, met.value.kept) == ("It was closed.", "All.")
    assert WatchedBrowser().flush(tmp_path) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((kind.code, kind) for kind in (AcquisitionError, BlankPictureError, BrowserSilentError)),
        *((kind.code, kind) for kind in (OutOfOrderError, StoppedError, VaultError)),
        ("page-changed", PageChangedError),
        ("integrity", VaultError),  # made of more than its sentences
        ("unheard-of", VaultError),
    ],
)
def test_an_error_of_the_keeper_is_the_same_error_here(
    tmp_path: Path, code: str, kind: type[Exception]
) -> None:
    said = {"good": False, "code": code, "what": "So.", "advice": "Do.", "kept": "None."}
    listening = Listening(lambda _: (said, b""))
    with _kept(tmp_path, **listening.where), pytest.raises(kind) as met:
        WatchedBrowser().flush(tmp_path)
    assert type(met.value) is kind
    listening.close()


def test_a_page_is_asked_for_in_a_form_and_comes_with_what_is_known_of_it(tmp_path: Path) -> None:
    asked: list[Mapping[str, Any]] = []

    def answer(question: Mapping[str, Any]) -> Answer:
        asked.append(question)
        return {"good": True, "about": {"title": "A chat"}}, b"From: <Saved>"

    assert WatchedBrowser().save(tmp_path, "mhtml", STOOD) is None, "nobody watches"
    listening = Listening(answer)
    with _kept(tmp_path, **listening.where):
        found = WatchedBrowser().save(tmp_path, "mhtml", STOOD)
    listening.close()
    (question,) = asked
    assert (question["do"], question["form"]) == ("save", "mhtml")
    assert Stood.of(question["stood"]) == STOOD
    assert found is not None
    assert (found.content, found.about) == (b"From: <Saved>", {"title": "A chat"})


def test_what_stands_there_is_asked_before_people_are(tmp_path: Path) -> None:
    page = {"window": 2, "address": "https://a.example/", "shown": "https://a.example/"}
    said = {"page": {**page, "title": "A", "size": 400_000}, "stood": STOOD.as_dict()}
    answers: list[Any] = [{"good": True, "stands": said}, {"good": True, "stands": None}]
    listening = Listening(lambda _: (answers.pop(0), b""))
    with _kept(tmp_path, **listening.where):
        found = WatchedBrowser().stands(tmp_path, whole=True)
        none_open = WatchedBrowser().stands(tmp_path, whole=True)
    listening.close()
    assert found is not None
    assert (found.stood, found.page.title, found.page.whole) == (STOOD, "A", False)
    assert none_open is None


def test_a_stop_waits_for_the_browser_to_be_frozen_and_no_longer(tmp_path: Path) -> None:
    with _kept(tmp_path) as folder:
        begun = time.monotonic()
        assert not WatchedBrowser().freeze(tmp_path).holds, "nobody said that it is frozen"
        assert time.monotonic() - begun < 2.0 + BUSY_S
        keepers.write(folder / stopped.LOCKED, {"windows": 3, "frozen": 3, "whole": True})
        assert WatchedBrowser().freeze(tmp_path) == Frozen(3, 3)
    assert not WatchedBrowser().freeze(tmp_path).certain, "its keeper was killed"
    keepers.let_go(folder)
    assert WatchedBrowser().freeze(tmp_path) == Frozen(), "nobody wants one"


# ------------------------------------------------------------------------------------ the record


def test_visits_are_counted_in_the_log_and_told_in_the_text_alone(collecting: Life) -> None:
    record_visits(collecting.record, CASE, (VISIT, GAP))
    entry = collecting.record.log.entries(CASE)[-1].entry
    assert dict(entry.facts) == {"visits": 2, "gaps": 1}
    assert entry.people == ()
    visits = [json.loads(line) for line in _text(collecting, Step.VISIT_RECORDED)["visits"]]
    assert visits == [VISIT.as_dict(), GAP.as_dict()]
    assert r"\u{202e}" in visits[0]["address"]["text"], "it must not steer who reads it"
    assert collecting.state.visits == 2
    assert "forum" not in str(entry.proposal.as_dict())
    record_visits(collecting.record, CASE, (VISIT,))
    assert collecting.state.visits == 3
    assert collecting.findings() == []


def test_outside_a_session_no_visit_is_written(life: Life) -> None:
    before = len(life.record.log.entries(CASE))
    with pytest.raises(OutOfOrderError):
        record_visits(life.record, CASE, (VISIT,))
    assert len(life.record.log.entries(CASE)) == before
    assert life.findings() == [], "a refused batch left its file"


class _Lost(ByHand):
    def flush(self, root: Path) -> Seen | None:  # noqa: ARG002
        raise WatchLostError


def test_a_watch_that_was_killed_leaves_a_gap_in_the_record(collecting: Life) -> None:
    record = collecting.record
    record.around = replace(record.around, browser=_Lost())
    with _kept(record.vault.root), pytest.raises(WatchLostError):
        catch_up(record)
    (gap,) = (json.loads(line) for line in _text(collecting, Step.VISIT_RECORDED)["visits"])
    assert (gap["kind"], gap["failure"]) == ("gap", LOST)
    assert record.log.entries(CASE)[-1].entry.facts["gaps"] == 1


# ---------------------------------------------------------------------------------------- a stop


def _leave(life: Life) -> dict[str, Any]:
    shown = (Shown(1, Text.of(ADDRESS), None),)
    record = life.record
    sealing = stopped.Sealing(record.log.origin, record.state.handover, life.around.random)
    said = sealing.seal(CASE, Locked(1, 1, 90), (VISIT,), shown)
    folder = life.record.vault.root / stopped.FOLDER
    folder.mkdir(exist_ok=True)
    keepers.write(folder / stopped.LOCKED, {"windows": 1, "frozen": 1, "whole": True, **said})
    return said


def test_what_a_stop_cut_off_goes_into_its_entry_sealed_to_the_handover_key(
    collecting: Life,
) -> None:
    _leave(collecting)
    root = collecting.record.vault.root
    lock.lock(root, collecting.around, Cause("stop-command", kind="hs"))
    record = collecting.reopen()
    entry = record.log.entries(CASE)[-1].entry
    assert (entry.step, record.log.case(CASE).stage) == (Step.CASE_STOPPED, Stage.STOPPED)
    text = _text(collecting, Step.CASE_STOPPED)
    assert json.loads(text["visits"][0]) == VISIT.as_dict()
    assert text["shown"] == [Text.of(ADDRESS).shown]
    assert (text["windows"], text["frozen"]) == ("1", "1")
    (file,) = entry.proposal.details
    assert record.vault.path(file.name).read_bytes().count(b"-> X25519") == 1
    left = keepers.read(root / stopped.FOLDER / stopped.LOCKED)
    assert left == {"windows": 1, "frozen": 1, "whole": True}, "a second STOP asks for it"
    assert stopped.taken_over(record, CASE) == ()
    assert collecting.findings() == []


@pytest.mark.parametrize(
    "bent",
    [
        {"case": "2026-002"},
        {"content": base64.b64encode(b"another").decode()},
        {"content": "no base64"},
        {"name": "details/2026-001/../../../x.age"},
        {"commit": None, "name": None},
    ],
)
def test_what_does_not_fit_never_keeps_a_stop_out_of_the_log(
    collecting: Life, bent: Mapping[str, object]
) -> None:
    said = _leave(collecting)
    root = collecting.record.vault.root
    keepers.write(root / stopped.FOLDER / stopped.LOCKED, {**said, **bent})
    lock.lock(root, collecting.around, Cause("stop-command", kind="hs"))
    entry = collecting.reopen().log.entries(CASE)[-1].entry
    assert (entry.step, entry.proposal.details) == (Step.CASE_STOPPED, ())
    assert collecting.findings() == []


def test_a_stop_that_was_broken_off_takes_it_over_all_the_same(collecting: Life) -> None:
    _leave(collecting)
    record = collecting.record
    (once,) = stopped.taken_over(record, CASE)
    (again,) = stopped.taken_over(record, CASE)
    assert once == again


# -------------------------------------------------------------------------------------- clearing


def _profile(life: Life) -> Path:
    folder: Path = life.record.vault.root / PROFILES / CASE
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Cookies").write_text("crumbs")
    (folder / "Local State").write_text("{}")
    return folder


def test_the_folder_stays_while_the_case_is_open(collecting: Life) -> None:
    folder = _profile(collecting)
    assert clear(collecting.record, collecting.state) == 0
    assert folder.exists()


def test_what_is_cleared_is_a_case_that_the_log_has_closed(collecting: Life) -> None:
    folder = _profile(collecting)
    closed = replace(collecting.state, stage=Stage.CLOSED)
    with pytest.raises(OutOfOrderError):  # the log has its own opinion of where the case stands
        clear(collecting.record, closed)
    assert not folder.exists()


def test_a_hold_and_a_stop_keep_the_folder(collecting: Life) -> None:
    folder = _profile(collecting)
    record = collecting.record
    assert clear(record, replace(collecting.state, stage=Stage.CLOSED, hold=True)) == 0
    assert clear(record, replace(collecting.state, stage=Stage.STOPPED)) == 0
    lock.lock(record.vault.root, collecting.around, Cause("stop-command", kind="hs"))
    clear_left_over(collecting.reopen())
    assert (folder / "Default" / "Cookies").read_text() == "crumbs"


def test_a_step_of_another_stage_says_nothing_of_a_browser(collecting: Life) -> None:
    draft = Draft(Step.BROWSER_CLEARED, CASE, {"files": 1})
    with pytest.raises(OutOfOrderError):
        collecting.keep(prepare(collecting.record, draft, collecting.state.recipient))


def test_a_link_in_place_of_the_folder_leads_nowhere(collecting: Life, tmp_path: Path) -> None:
    """Whatever it points at is not ours to take away, and it holds up no step."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    top = collecting.record.vault.root / PROFILES
    closed = replace(collecting.state, stage=Stage.CLOSED)
    top.mkdir()
    (top / CASE).symlink_to(outside)
    assert clear(collecting.record, closed) == 0
    clear_left_over(collecting.record)
    (top / CASE).unlink()
    top.rmdir()
    top.symlink_to(outside)
    (outside / CASE).mkdir()
    assert clear(collecting.record, closed) == 0
    clear_left_over(collecting.record)
    assert sorted(path.name for path in outside.iterdir()) == [CASE, "kept"]
