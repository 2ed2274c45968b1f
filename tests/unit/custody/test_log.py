"""The log: one order, one list of people in force, an odd clock recorded, a stop obeyed."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cast import (
    CASE,
    COMPUTER,
    KEYSET,
    ORIGIN,
    PLAIN_CASE,
    TERMS,
    cosigners,
    key_of,
    proposal,
    wraps_of,
)
from counterseal.custody import merkle
from counterseal.custody.entry import FIRST
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Log
from counterseal.custody.state import Stage
from counterseal.custody.survey import survey
from counterseal.custody.terms import Terms
from counterseal.errors import OutOfOrderError, SamePersonError, StoppedError
from counterseal.keys.people import Keyset
from counterseal.latch import Latch
from desk import again, steps, surveyed, take, until
from small_vault import SmallVault


def test_the_plain_case_is_kept_in_order(desk: SmallVault) -> None:
    """Each entry names its place, the root before it, and the entry of its case before it."""
    until(desk, Step.SESSION_CLOSED)
    kept = desk.log.entries()
    assert [each.entry.step for each in kept][1:] == [turn.step for turn in PLAIN_CASE]
    hashes = [each.leaf_hash for each in kept]
    for place, each in enumerate(kept):
        assert each.entry.index == place
        assert each.entry.prev_root == merkle.root_of(hashes[:place])
        assert each.entry.case_seq == max(place - 1, 0)
        assert each.entry.case_prev == (FIRST if place < 2 else hashes[place - 1].hex())
    head = desk.log.head().head
    assert (head.size, head.root) == (len(kept), merkle.root_of(hashes))
    assert desk.log.case(CASE).stage is Stage.COLLECTED
    assert surveyed(desk) == len(kept)


def test_two_cases_have_their_own_order(desk: SmallVault) -> None:
    """Each is followed by itself, and each lists its own entries alone."""
    for case in (CASE, "2026-002"):
        take(desk, Step.CASE_REPORTED, "gh", case=case)
    for case in (CASE, "2026-002"):
        take(desk, Step.CASE_TRIAGED, "ab", "cd", case=case)
    assert desk.log.cases() == [CASE, "2026-002"]
    for case in desk.log.cases():
        own = [each.entry for each in desk.log.entries(case)]
        assert [(e.case, e.case_seq) for e in own] == [(case, 0), (case, 1)]


def test_a_second_program_goes_on_where_the_first_stopped(desk: SmallVault) -> None:
    """What one learnt of a case, the other reads from the tables, in turns."""
    other = again(desk)
    until(desk, Step.SESSION_OPENED)
    desk.clock.sleep(10)
    other.append(proposal(Step.CONCERN_RECORDED), cosigners("ab", "cd"), TERMS)
    take(desk, Step.EXHIBIT_CAPTURED, "ab", "cd")
    assert desk.log.case(CASE) == other.case(CASE)
    assert surveyed(desk) == 7


@pytest.mark.parametrize("step", [turn.step for turn in PLAIN_CASE[1:]])
def test_a_step_that_comes_too_early_leaves_no_trace(desk: SmallVault, step: Step) -> None:
    """No step but the report opens a case."""
    people = next(turn.people for turn in PLAIN_CASE if turn.step is step)
    with pytest.raises(OutOfOrderError) as refused:
        take(desk, step, *people)
    assert refused.value.kept == "Nothing was kept."
    assert steps(desk) == ["vault.created"]


def test_what_the_police_asked_before_the_triage_still_counts_after_it(desk: SmallVault) -> None:
    """Told to wait, the school waits: the triage adds its own gates and closes none."""
    take(desk, Step.CASE_REPORTED, "gh")
    take(desk, Step.POLICE_INFORMED, "kl", wait=True)
    take(desk, Step.CASE_TRIAGED, "ab", "cd")
    assert desk.log.case(CASE).gates == {"permission"}
    take(desk, Step.CASE_AUTHORISED, "ab", "cd", "ef")
    with pytest.raises(OutOfOrderError, match="the police say that the school may go on"):
        take(desk, Step.SESSION_OPENED, "ab", "cd")


def test_one_person_or_one_key_in_two_places_is_refused(desk: SmallVault) -> None:
    """The same person twice, and two names with one key."""
    until(desk, Step.CASE_REPORTED)
    one = Cosigner("ab", present=True, key=key_of("ab"))
    for people in ([one, one], [one, Cosigner("cd", present=True, key=key_of("ab"))]):
        with pytest.raises(SamePersonError):
            desk.log.append(proposal(Step.CASE_TRIAGED), people, TERMS)
    assert len(steps(desk)) == 2


def test_a_new_list_of_people_counts_from_the_next_entry(desk: SmallVault) -> None:
    """The old list is refused from then on, and whoever it leaves out cannot sign."""
    left = tuple(replace(p, active=p.active and p.id != "kl") for p in KEYSET.people)
    coming = Keyset(ORIGIN, 2, left)
    step = proposal(Step.KEYSET_CHANGED, sha256=coming.digest, size=len(coming.to_bytes()))
    desk.log.append(step, cosigners("ab", "cd"), Terms(KEYSET, TERMS.policy, coming))
    with pytest.raises(OutOfOrderError, match="changed meanwhile"):
        take(desk, Step.CASE_REPORTED, "gh")
    now = Terms(coming, TERMS.policy)
    report = proposal(Step.CASE_REPORTED, wraps=wraps_of(CASE, ("ab", "cd")))
    kept = desk.log.append(report, cosigners("gh"), now)
    assert (kept.entry.keyset_version, kept.entry.keyset_sha256) == (2, coming.digest)


@pytest.mark.parametrize("seconds", [-3, -86_400, -10 * 365 * 86_400])
def test_a_clock_turned_back_is_recorded_first_and_jams_nothing(
    desk: SmallVault, seconds: int
) -> None:
    """By seconds, a day or ten years: one entry says so, then everything goes on."""
    until(desk, Step.CASE_REPORTED)
    desk.clock.turn(seconds - 10)
    take(desk, Step.CASE_TRIAGED, "ab", "cd")
    take(desk, Step.CASE_AUTHORISED, "ab", "cd", "ef")
    assert steps(desk)[2:] == ["clock.anomaly", "case.triaged", "case.authorised"]
    odd = desk.log.entries("")[-1].entry
    assert odd.facts["kind"] == "backward"
    assert abs(odd.facts["off_ms"] + seconds * 1000) < 1_000
    assert odd.people == ()
    assert surveyed(desk) == 5


def test_a_clock_put_forward_is_recorded_within_one_boot(desk: SmallVault) -> None:
    """Ten years on, while the computer ran for ten seconds."""
    until(desk, Step.CASE_REPORTED)
    desk.clock.turn(10 * 365 * 86_400)
    take(desk, Step.CASE_TRIAGED, "ab", "cd")
    assert steps(desk)[2:] == ["clock.anomaly", "case.triaged"]
    assert desk.log.entries("")[-1].entry.facts["kind"] == "disagree"


def test_a_restart_is_nothing_odd(desk: SmallVault) -> None:
    """The monotonic clock begins anew, and nobody is told off for it."""
    until(desk, Step.CASE_REPORTED)
    desk.clock.mono_ms, desk.clock.boot = 1, "boot-2"
    desk.clock.turn(3_600)
    take(desk, Step.CASE_TRIAGED, "ab", "cd")
    assert steps(desk)[2:] == ["case.triaged"]


def test_a_clock_that_jumps_all_the_time_never_jams_the_log(desk: SmallVault) -> None:
    """Each jump costs one entry more, and every step is kept."""
    until(desk, Step.CASE_TRIAGED)
    for turn in range(12):
        desk.clock.turn((-1) ** turn * 7_200)
        take(desk, Step.NOTE_ADDED, "ab", "cd")
    assert steps(desk)[3:] == ["clock.anomaly", "note.added"] * 12
    assert surveyed(desk) == 27


def test_an_odd_clock_is_not_recorded_for_a_step_that_is_refused(desk: SmallVault) -> None:
    """One transaction: the step and what goes before it, or neither."""
    desk.clock.turn(-86_400)
    with pytest.raises(OutOfOrderError):
        take(desk, Step.CASE_TRIAGED, "ab", "cd")
    assert steps(desk) == ["vault.created"]
    take(desk, Step.CASE_REPORTED, "gh")
    assert steps(desk) == ["vault.created", "clock.anomaly", "case.reported"]


@dataclass(frozen=True, slots=True)
class WatchedLatch(Latch):
    """A latch that looks, when it is asked, whether the writer's lock is held."""

    tables: Path = Path()

    def check(self) -> None:
        """Ask, and try to write meanwhile."""
        other = sqlite3.connect(self.tables, timeout=0, isolation_level=None)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        raise StoppedError


def test_the_latch_is_asked_within_the_transaction(desk: SmallVault) -> None:
    """Nothing can slip in between the question and the entry."""
    latch = WatchedLatch((desk.vault.root,), desk.vault.log)
    log = Log(desk.store, ORIGIN, COMPUTER, desk.clock, latch)
    with pytest.raises(StoppedError):
        log.append(proposal(Step.CASE_REPORTED), cosigners("gh"), TERMS)
    assert steps(desk) == ["vault.created"]


def test_once_stopped_only_the_stop_itself_is_kept(desk: SmallVault) -> None:
    """Every other append is refused, by every program that has the record open."""
    other = again(desk)
    until(desk, Step.SESSION_OPENED)
    before = steps(desk)
    desk.vault.latch.lock()
    for log in (desk.log, other):
        for step, people in ((Step.NOTE_ADDED, ("ab", "cd")), (Step.SESSION_PAUSED, ())):
            with pytest.raises(StoppedError):
                log.append(proposal(step), cosigners(*people), TERMS)
    assert steps(desk) == before
    take(desk, Step.CASE_STOPPED)
    assert steps(desk) == [*before, "case.stopped"]
    assert survey(desk.store, ORIGIN, COMPUTER.public).stopped
