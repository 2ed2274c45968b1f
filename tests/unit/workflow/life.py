"""A practice school in this very process, taken to any stage of a case through the real modules."""

import atexit
import contextlib
import functools
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from counterseal.custody.check import check
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner
from counterseal.custody.state import CaseState
from counterseal.errors import CountersealError, KeyringError, NoScreenError, WrongPassphraseError
from counterseal.evidence.triage import Act, Answer, Clearance, SafetyAnswer, assess
from counterseal.keys import recipients
from counterseal.keys.keyfile import PRACTICE_COST
from counterseal.keys.people import Role
from counterseal.machine import Machine
from counterseal.timekeeping import Timekeeping
from counterseal.workflow import cases, collect, people, replacing, sessions
from counterseal.workflow.opening import case_identity
from counterseal.workflow.record import Record, open_record
from counterseal.workflow.setup import Founding, Newcomer, found
from counterseal.workflow.steps import Draft, Prepared, commit, prepare
from counterseal.workflow.surroundings import Program, Surroundings
from fakes import FakeClock

HERE = Machine("machine-id", "the designated computer", "office-1", "Test 1", ("192.0.2.30",))
ELSEWHERE = Machine("machine-guid", "another computer", "office-2", "Test 2")
HANDOVER = recipients.new_identity()

STAGES = ("reported", "triaged", "authorised", "collecting", "collected", "judged")
CASE = "2026-001"
NEWCOMERS = {
    "ab": ("Anna Bell", "Deputy headteacher", Role.INVESTIGATOR, Role.DSL),
    "cd": ("Carl Dent", "Network manager", Role.INVESTIGATOR),
    "ef": ("Edith Fox", "Headteacher", Role.HEADTEACHER),
    "kl": ("Kim Lane", "Head of Year 9", Role.INVESTIGATOR),
    "mn": ("Max North", "Head of Year 7", Role.INVESTIGATOR),
}
WORDS = {
    "ab": "amber teapot sixty gravel",
    "cd": "willow button harvest nine",
    "ef": "marble ticket ocean pepper",
    "kl": "copper lantern mirror forty",
    "mn": "jacket rocket timber olive",
}
FRESH = "velvet engine pocket thunder"
THREE, FOUR = ("ab", "cd", "ef"), ("ab", "cd", "ef", "kl")


def _no_screen(_practice: bool) -> NoReturn:  # noqa: FBT001  (as the real one takes it)
    raise NoScreenError


def newcomer(person: str, passphrase: str | None = None) -> Newcomer:
    """Return somebody about to be enrolled."""
    name, position, *roles = NEWCOMERS[person]
    return Newcomer(
        str(name), str(position), frozenset(map(Role, roles)), passphrase or WORDS[person]
    )


@dataclass(slots=True)
class Life:
    """A school, its record, and everybody's passphrases as they stand now."""

    folder: Path
    around: Surroundings
    record: Record
    words: dict[str, str] = field(default_factory=lambda: dict(WORDS))

    @property
    def state(self) -> CaseState:
        """Where the case stands."""
        return self.record.log.case(CASE)

    @contextmanager
    def signing(self, *ids: str) -> Iterator[list[Cosigner]]:
        """Unlock these people's keys."""
        with ExitStack() as stack:
            unlocked = [stack.enter_context(self.record.unlock(i, self.words[i])) for i in ids]
            yield [Cosigner(i, present=True, key=k) for i, k in zip(ids, unlocked, strict=True)]

    def keep(self, prepared: Prepared, *ids: str) -> None:
        """Have a step signed and kept."""
        self._tick()
        with self.signing(*ids) as cosigners:
            commit(self.record, prepared, cosigners)

    def reopen(self, machine: Machine = HERE) -> Record:
        """Open the record as a later command does."""
        self.around = surroundings(self.folder, machine, self._clock())
        self.record = open_record(self.folder / "vault", self.around)
        return self.record

    def findings(self) -> list[str]:
        """Return whatever a whole check finds."""
        record = self.reopen(self.around.machine())
        report = check(record.store, record.vault, record.log.origin)
        return [str(finding) for finding in report.findings]

    def opens(self, *ids: str) -> bool:
        """Say whether two people can put the case key together."""
        with self.signing(*ids) as cosigners, contextlib.suppress(CountersealError):
            keys = [(c.person, c.key) for c in cosigners]
            return bool(case_identity(self.record, self.state, keys))  # type: ignore[arg-type]
        return False

    def unlocks(self, person: str, passphrase: str) -> bool:
        """Say whether a passphrase unlocks the key that is in force for a person."""
        try:
            with self.record.unlock(person, passphrase):
                return True
        except (WrongPassphraseError, KeyringError):
            return False

    # --- people -------------------------------------------------------------------------

    def enrol(self, person: str, *signers: str) -> None:
        """Enrol somebody."""
        self._change(people.prepare_enrolment(self.record, newcomer(person)), signers)

    def retire(self, person: str, *signers: str) -> None:
        """Retire somebody."""
        whom = self.record.person(person)
        self._change(people.prepare_retirement(self.record, whom), signers)

    def rotate(self, person: str, *signers: str, rewrap: bool, fresh: str = FRESH) -> None:
        """Give somebody a new key."""
        self._change(self.prepare_rotation(person, rewrap=rewrap, fresh=fresh), signers)
        self.words[person] = fresh

    def prepare_rotation(self, person: str, *, rewrap: bool, fresh: str = FRESH) -> people.Change:
        """Make somebody's new key."""
        whom, old = self.record.person(person), [person] if rewrap else []
        with self.signing(*old) as cosigners:
            before: Any = cosigners[0].key if cosigners else None
            return people.prepare_rotation(self.record, whom, fresh, before)

    def _change(self, change: people.Change, signers: Sequence[str]) -> None:
        self._tick()
        try:
            with self.signing(*signers) as cosigners:
                people.changed(self.record, change, cosigners)
        finally:
            people.abandon(self.record, change)

    def replace(self, leaving: str, joining: str, *openers: str) -> None:
        """Replace an investigator, or give one the case key again."""
        self._tick()
        prepared = self.prepare_replacement(leaving, joining, *openers)
        staying = next(i for i in self.state.investigators if i != leaving)
        with self.signing(staying, joining, "ef") as cosigners:
            replacing.replaced(self.record, prepared, cosigners)

    def prepare_replacement(self, leaving: str, joining: str, *openers: str) -> Prepared:
        """Wrap the case key for the new pairs."""
        with ExitStack() as stack:
            keys = [(i, stack.enter_context(self.record.unlock(i, self.words[i]))) for i in openers]
            part = {"leaving": leaving, "joining": joining, "authoriser": "ef", "why": "Why"}
            return replacing.prepare_replacement(self.record, self.state, **part, openers=keys)

    # --- the case -----------------------------------------------------------------------

    def go_on(self, reserve: str = "", both: Sequence[str] = ()) -> None:
        """Take the next step with whoever investigates now; at "reported" whoever can."""
        match str(self.state.stage):
            case "reported":
                able = [p.id for p in self.record.terms.keyset.with_role(Role.INVESTIGATOR)]
                self._triage(*(both or able[-2:]))
            case "triaged":
                self._authorise(reserve)
            case "authorised":
                self._collect()
            case "collecting":
                self._close()
            case "collected":
                self._judge()
            case _:
                self._act()

    def _report(self) -> None:
        report = cases.Report("staff", "pupil", 17, (), "Unkind", "Told", "A tutor", "P. Q.")
        self.keep(cases.prepare_report(self.record, report), "ef")

    def _triage(self, *both: str) -> None:
        both = both or ("ab", "cd")
        category = self.record.terms.policy.category(17)
        decided = cases.Triage(category, category.graver, (), "Plain enough")
        self.keep(cases.prepare_triage(self.record, self.state, decided, both), *both)

    def _authorise(self, reserve: str) -> None:
        given = cases.Authorisation("ef", reserve, "safeguarding", True, True, "Why")  # noqa: FBT003
        prepared = cases.prepare_authorisation(self.record, self.state, given)
        self._tick()
        with self.signing(*self.state.investigators, "ef") as cosigners:
            cases.authorise(self.record, prepared, cosigners)

    def _collect(self) -> None:
        both = self.state.investigators
        opening = sessions.prepare_opening(
            self.record, self.state, place="Room 4", conflict=False, warned=False
        )
        self.keep(opening, *both)
        concern = collect.Concern("https://chat.example/9", "", "Unkind", "Today", "A chat")
        self.keep(collect.prepare_concern(self.record, self.state, concern), *both)
        item = collect.Supplied(b"A letter", "letter.txt", "A letter", "A parent", "Today")
        prepared = collect.prepare_supplied(
            self.record, self.state, item, self._clear(both), concern=1, producer=both[0]
        )
        self.keep(prepared, *both)

    def _clear(self, both: Sequence[str]) -> Clearance:
        now = self.record.now()
        one, two = (SafetyAnswer(i, Answer.NO, Answer.NO, now) for i in both)
        outcome = assess(Act.IMPORT, one, two)
        assert isinstance(outcome, Clearance)
        return outcome

    def _close(self) -> None:
        prepared = sessions.prepare_closing(self.record, self.state, "One letter")
        with self.signing(*self.state.investigators) as cosigners:
            sessions.close(self.record, prepared, cosigners)

    def _judge(self) -> None:
        both = self.state.investigators
        facts = {
            "answers": [{"person": i, "decision": "yes"} for i in sorted(both)],
            "decision": "yes",
            "outcomes": ["internal"],
        }
        self._written(Step.JUDGEMENT_MADE, facts, {"reasons": "Plain enough"})

    def _act(self) -> None:
        facts = {"outcome": "internal", "action": "warning", "owner": "ef", "due": "2027-01-31"}
        self._written(Step.ACTION_RECORDED, facts, {"what": "A talk"})

    def _written(self, step: Step, facts: Mapping[str, object], text: Mapping[str, str]) -> None:
        draft = Draft(step, CASE, facts, dict(text))
        self.keep(prepare(self.record, draft, self.state.recipient), *self.state.investigators)

    def _clock(self) -> FakeClock:
        assert isinstance(self.around.clock, FakeClock)
        return self.around.clock

    def _tick(self) -> None:
        self._clock().sleep(20)


def surroundings(folder: Path, machine: Machine, clock: FakeClock) -> Surroundings:
    """Return surroundings in which nothing is real but the files."""
    return Surroundings(
        clock=clock,
        random=secrets.token_bytes,
        machine=lambda: machine,
        screen=_no_screen,
        latch_folder=folder / "latch",
        cost=PRACTICE_COST,
        practice_cost=PRACTICE_COST,
        program=lambda: Program("0", "ab" * 32),
        timekeeping=lambda: Timekeeping(kept=True, off_ms=15),
    )


def begin(folder: Path, *who: str) -> Life:
    """Set a practice school up with these people."""
    around = surroundings(folder, HERE, FakeClock())
    people_ = [newcomer(person) for person in who]
    key = recipients.recipient_of(HANDOVER)
    founding = Founding("Hill View School", people_, key, practice=True)
    return Life(folder, around, found(folder / "vault", founding, around))


def at(folder: Path, stage: str, who: tuple[str, ...]) -> Life:
    """Return a school of its own whose case is at a stage; the reserve is kl where there is one."""
    made = _made(stage, who)
    school = folder / "school"
    shutil.copytree(made.folder, school)
    around = surroundings(school, HERE, FakeClock(made._clock().utc_ms, made._clock().mono_ms))
    return Life(school, around, open_record(school / "vault", around))


@functools.cache
def _made(stage: str, who: tuple[str, ...]) -> Life:
    folder = Path(tempfile.mkdtemp(prefix="counterseal-life-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if stage == STAGES[0]:
        life = begin(folder / "school", *who)
        life._report()
    else:
        life = at(folder, STAGES[STAGES.index(stage) - 1], who)
        life.go_on("kl" if "kl" in who else "", ("ab", "cd"))
    return life
