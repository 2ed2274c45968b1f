"""An opened data folder: vault, log and keys of one school, ready for a step."""

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from counterseal import durable
from counterseal.clock import Instant
from counterseal.custody import stops, survey
from counterseal.custody.log import Log
from counterseal.custody.rows import read_row
from counterseal.custody.state import CaseState, Stage, VaultState
from counterseal.custody.store import Store
from counterseal.custody.terms import Terms, TermsReader
from counterseal.errors import (
    UNREADABLE,
    BrokenLogError,
    Finding,
    KeyringError,
    NoVaultError,
    OutOfOrderError,
    UsageError,
)
from counterseal.evidence.vault import Vault
from counterseal.keys.keystore import Keystore
from counterseal.keys.people import Person
from counterseal.keys.signing import SigningKey
from counterseal.keys.unlocked import UnlockedKey
from counterseal.latch import Latch
from counterseal.workflow.stop.cause import Cause, standing_causes
from counterseal.workflow.surroundings import Surroundings


@dataclass(slots=True)
class Record:
    """The record of one school's designated computer.

    Args:
        vault: The data folder.
        store: The log's tables.
        log: The log.
        around: What it was opened with.
        computer: The computer's key.
    """

    vault: Vault
    store: Store
    log: Log
    around: Surroundings
    computer: SigningKey

    @property
    def state(self) -> VaultState:
        """Where the vault stands."""
        return self.log.vault()

    @property
    def practice(self) -> bool:
        """Whether this is for practice."""
        return self.state.practice

    @property
    def terms(self) -> Terms:
        """The keyset and the profile in force."""
        state, reader = self.state, TermsReader(self.vault)
        keyset = reader.keyset(state.keyset_version, state.keyset_sha256)
        return Terms(keyset, reader.profile(state.policy))

    @property
    def keystore(self) -> Keystore:
        """The way to people's key files."""
        practice, around = self.practice, self.around
        cost = around.practice_cost if practice else around.cost
        return Keystore(self.log.origin, practice, cost, around.clock, around.random)

    def now(self) -> Instant:
        """Return this moment."""
        return self.around.clock.now()

    def person(self, person_id: str) -> Person:
        """Return an enrolled person.

        Raises:
            UsageError: Nobody has that id.
        """
        return self.terms.keyset.person(person_id.strip().lower())

    def key_file(self, person: Person) -> Path:
        """Return the key file that counts for a person, as the list of people in force has them.

        A first key is `ab.key`. A later one bears the beginning of its public key in its name, so
        that nothing is moved or overwritten when a key changes: the list says which file counts.
        """
        changed = self.new_key_file(person)
        return changed if changed.exists() else self.vault.key_file(person.id)

    def new_key_file(self, person: Person) -> Path:
        """Return where a key file goes that is not the first of its name."""
        return self.vault.key_file(f"{person.id}.{person.key.hex()[:16]}")

    @contextmanager
    def unlock(self, person_id: str, passphrase: str) -> Iterator[UnlockedKey]:
        """Unlock a person's key, and make sure that the log goes on from what they last signed.

        Raises:
            WrongPassphraseError: The passphrase is wrong, or the key file was changed.
            RollbackError: Entries that this person signed are gone.
        """
        person = self.person(person_id)
        holding = self.around.holder.holding(self.vault.root, self.vault.latch)
        key_file = self.key_file(person)
        with holding, self.keystore.unlock(key_file, passphrase, person) as key:
            self.log.check_continues(key.head.size, key.head.root, person.name)
            yield key

    def check_machine(self) -> None:
        """Make sure that this is the designated computer, before anything is signed here.

        Raises:
            WrongComputerError: It is another one.
        """
        self.around.machine().check(self.log.origin, self.state.machine)

    def check_no_stop(self) -> None:
        """Refuse where a stop stands in the log although its latches were taken away.

        Raises:
            StoppedError: It does; the latches are set again.
        """
        self.mend_latches()
        self.vault.latch.check()

    def mend_latches(self) -> None:
        """Set the latches again where a stop stands in the log and they were taken away."""
        for stop in self.standing():
            self.vault.latch.lock(stop.to_line())

    def standing(self) -> list[Cause]:
        """Return the stops in the log that stand on this very computer."""
        with self.store.reading() as rows:
            found = [read_row(row).entry for row in rows.of_steps(stops.COUNTED)]
        here = self.around.machine().digest(self.log.origin)
        return standing_causes(found, here, self.vault.root)

    def standing_stops(self) -> list[str]:
        """Return the cases whose stop stands on this very computer."""
        return [stop.case for stop in self.standing()]

    def go_through(self) -> survey.Survey:
        """Go through all leaves.

        Raises:
            BrokenLogError: Something does not fit; nothing may be signed on top of it.
        """
        return survey.survey(self.store, self.log.origin, self.computer.public)

    def survey(self) -> None:
        """Go through all leaves, before anything is signed, opened or exported.

        Raises:
            BrokenLogError: Something does not fit; nothing may be signed on top of it.
            StoppedError: A stop stands in the log whose latch was taken away; it is set again.
        """
        self.go_through()
        self.mend_latches()
        self.vault.latch.check()

    def case(self, reference: str) -> CaseState:
        """Return a case that exists.

        Raises:
            UsageError: There is no such case.
        """
        state = self.log.case(reference)
        if state.stage is Stage.NEW:
            what = f"There is no case {reference}."
            raise UsageError(what, advice="Run `counterseal case list` to see the cases.")
        return state

    def only_case(self, *stages: Stage) -> CaseState:
        """Return the one case at these stages, so that nobody has to type its reference.

        Raises:
            OutOfOrderError: There is none, or more than one.
        """
        return only(self.visible(""), *stages)

    def visible(self, viewer: str) -> list[CaseState]:
        """Return every case but those that concern whoever looks."""
        states = (self.log.case(case) for case in self.log.cases())
        return [state for state in states if not viewer or viewer not in state.barred]


def only(cases: Sequence[CaseState], *stages: Stage) -> CaseState:
    """Return the one case of these at these stages.

    Raises:
        OutOfOrderError: There is none, or more than one.
    """
    found = [state for state in cases if state.stage in stages]
    if len(found) == 1:
        return found[0]
    if not found:
        what = "There is no case for which this could be done now."
        raise OutOfOrderError(what, advice="Run `counterseal case list` to see the cases.")
    listed = ", ".join(state.case for state in found)
    what = f"There is more than one case for which this could be done: {listed}."
    raise OutOfOrderError(what, advice="Name the case with --case.")


def open_record(root: Path, around: Surroundings) -> Record:
    """Open a data folder.

    Args:
        root: The folder.
        around: What to open it with.

    Raises:
        NoVaultError: There is none here, or it is not one of ours.
        IntegrityError: It does not say the same thing of itself throughout.
    """
    record = _assemble(root, around)
    state = record.state
    if not state.origin:
        what = "The record in this folder has no beginning."
        raise NoVaultError(what, advice=UNREADABLE)
    if state.practice != _says_practice(root) or state.computer != record.computer.public.hex():
        finding = Finding("digest-mismatch", "vault.toml", "it does not fit the first entry")
        raise BrokenLogError((finding,))
    finish_receipts(record)
    return record


def stopped_latch(root: Path, around: Surroundings) -> bool:
    """Say whether everything is stopped, without opening anything that could be broken."""
    return vault_latch(root, around).stopped


def vault_latch(root: Path, around: Surroundings) -> Latch:
    """Return the latches that count for a data folder, whatever state it is in."""
    try:
        if root.exists() and not root.is_dir():  # a file holds no latch, and is no record either
            return Latch((around.latch_folder,))
    except OSError:  # a name that the system cannot even look up
        return Latch((around.latch_folder,))
    try:
        practice = (root / "vault.toml").is_file() and _says_practice(root)
    except NoVaultError:  # damaged, and stopped all the same where a latch stands
        practice = False
    return around.latch(root, practice=practice)


def finish_receipts(record: Record) -> None:
    """Put in place the receipts of a run that was interrupted after its entry was durable."""
    for size in record.vault.staged_receipts():
        issued = record.state.receipts
        if size in issued:
            for kind in ("txt", "json"):
                path = record.vault.receipt(size, kind)
                if path.with_name(f".{path.name}{durable.PART}").exists():
                    durable.publish(path)


def _assemble(root: Path, around: Surroundings) -> Record:
    root = root.absolute()
    try:
        practice = (root / "vault.toml").is_file() and _says_practice(root)
        vault = Vault(root, around.latch(root, practice=practice))
        vault.require()
    except OSError as error:  # a name that the system cannot even look up
        what = "The data folder cannot be reached."
        raise NoVaultError(what) from error
    store = Store(vault.log)
    origin = store.origin()
    try:
        computer = SigningKey.from_pem(vault.computer_key.read_bytes())
    except (OSError, KeyringError) as error:
        what = "This computer's own key, computer.key, is missing or cannot be read."
        raise KeyringError(what) from error
    log = Log(store, origin, computer, around.clock, vault.latch, TermsReader(vault).keyset)
    return Record(vault, store, log, around, computer)


def _says_practice(root: Path) -> bool:
    try:
        table = tomllib.loads((root / "vault.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        what = f"{root / 'vault.toml'} cannot be read."
        raise NoVaultError(what, advice=UNREADABLE) from error
    return table.get("practice") is True
