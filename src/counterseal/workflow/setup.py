"""Set up a computer: people, keys, rules, the first entry. All of it, or nothing.

Everything is made in a folder beside the place and moved there at the end, so that a set-up that
was interrupted leaves no half-made record.
"""

import re
import shutil
import unicodedata
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from counterseal import durable
from counterseal.custody.about import about_text
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Log
from counterseal.custody.store import Store
from counterseal.custody.terms import Terms
from counterseal.errors import UsageError, VaultError
from counterseal.evidence.vault import Vault
from counterseal.keys import passphrase as passphrases
from counterseal.keys.ids import make_id
from counterseal.keys.keystore import Keystore
from counterseal.keys.people import Keyset, Person, Role
from counterseal.keys.recipients import check_recipient
from counterseal.keys.signing import SigningKey
from counterseal.latch import Latch
from counterseal.policy import profile
from counterseal.policy.profile import Profile
from counterseal.workflow.record import Record, open_record
from counterseal.workflow.stop.sheet import FILE, sheet
from counterseal.workflow.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody about to be enrolled.

    Args:
        name: As it stands on a receipt.
        position: Their post at the school.
        roles: What they do in the procedure.
        passphrase: Theirs alone.
    """

    name: str
    position: str
    roles: frozenset[Role]
    passphrase: str


@dataclass(frozen=True, slots=True)
class Founding:
    """What a set-up needs to know.

    Args:
        school: The school's name.
        people: At least three, two of them investigators.
        handover: The age recipient to which everything is encrypted besides.
        practice: Whether this is for practice; a practice record can never become a real one.
        rules: The profile that is in force from the start.
    """

    school: str
    people: Sequence[Newcomer]
    handover: str
    practice: bool
    rules: Profile = field(default_factory=profile.base)


def found(root: Path, founding: Founding, around: Surroundings) -> Record:
    """Set up a data folder.

    Args:
        root: Where; it must not exist, or be empty.
        founding: What for.
        around: What to open it with.

    Returns:
        The opened record, with its first entry signed by the first two investigators.

    Raises:
        VaultError: There is something there already, or the disk refuses.
        KeyringError: The people cannot staff a case, or a passphrase is too weak.
    """
    root = root.absolute()
    check_empty(root)
    check_recipient(founding.handover)
    building = root.with_name(f".{root.name}.{around.random(4).hex()}{durable.PART}")
    try:
        building.mkdir(parents=True, mode=0o700)
        _build(building, founding, around)
        if root.exists():
            root.rmdir()
        building.rename(root)
        durable.fsync_folder(root.parent)
    except OSError as error:
        raise durable.trouble(error, root) from error
    finally:
        if building.exists():
            shutil.rmtree(building)
    around.latch(root, practice=founding.practice).arm()
    return open_record(root, around)


def check_empty(root: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        VaultError: There is a record there already, or other files.
    """
    if (root / "vault.toml").exists():
        what = f"There is a record in {root} already."
        raise VaultError(what, advice="Go on with that one, or name another folder.")
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        what = f"{root} is not an empty folder."
        raise VaultError(what, advice="Name a folder that is new or empty.")


def slug(school: str) -> str:
    """Return the school's name as it stands in the origin.

    Raises:
        UsageError: No letter or digit in it.
    """
    plain = unicodedata.normalize("NFKD", school).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    if not short:
        what = "The school's name needs at least one letter."
        raise UsageError(what)
    return short


def enrol(
    keystore: Keystore, vault: Vault, newcomer: Newcomer, taken: Sequence[str], school: str
) -> Person:
    """Make a person's key file.

    Args:
        keystore: The way to key files.
        vault: The data folder.
        newcomer: Who.
        taken: Ids that are given already.
        school: The school's name, which may not be part of a passphrase.

    Returns:
        The person, for the keyset.

    Raises:
        KeyringError: The passphrase is too weak.
    """
    passphrases.check(newcomer.passphrase, newcomer.name, school)
    person_id = make_id(newcomer.name, taken)
    made = keystore.create(vault.key_file(person_id), person_id, newcomer.passphrase)
    return Person(
        person_id, newcomer.name, newcomer.position, newcomer.roles, made.public, made.recipient
    )


def _build(root: Path, founding: Founding, around: Surroundings) -> None:
    origin = f"{slug(founding.school)}/{around.random(16).hex()}"
    latch = Latch((root,))
    vault = Vault(root, latch)
    computer = SigningKey.generate(around.random)
    durable.write_new(vault.computer_key, computer.to_pem())
    cost = around.practice_cost if founding.practice else around.cost
    keystore = Keystore(origin, founding.practice, cost, around.clock, around.random)
    people: list[Person] = []
    for newcomer in founding.people:
        taken = [person.id for person in people]
        people.append(enrol(keystore, vault, newcomer, taken, founding.school))
    terms = Terms(Keyset(origin, 1, tuple(people)), founding.rules)
    durable.write_new(vault.keyset(1), terms.keyset.to_bytes())
    durable.write_new(vault.profile(terms.policy.sha256), terms.policy.content)
    store = Store(vault.log)
    store.create(origin)
    log = Log(store, origin, computer, around.clock, latch)
    _first_entry(log, keystore, vault, terms, founding, people, around)
    durable.write_new(vault.about, about_text(log.vault()).encode())
    durable.write_new(root / FILE, sheet(founding.school, founding.rules).encode())
    store.close()


def _first_entry(  # noqa: PLR0913, PLR0917  (everything that the first entry brings together)
    log: Log,
    keystore: Keystore,
    vault: Vault,
    terms: Terms,
    founding: Founding,
    people: Sequence[Person],
    around: Surroundings,
) -> None:
    machine = around.machine()
    facts = {
        "practice": founding.practice,
        "handover": founding.handover,
        "machine": machine.digest(log.origin),
        "machine_source": machine.source,
    }
    founders = [
        (person, newcomer.passphrase)
        for person, newcomer in zip(people, founding.people, strict=True)
        if Role.INVESTIGATOR in person.roles
    ][:2]
    with ExitStack() as stack:
        keys, cosigners = [], []
        for person, passphrase in founders:
            path = vault.key_file(person.id)
            key = stack.enter_context(keystore.unlock(path, passphrase, person))
            keys.append(key)
            cosigners.append(Cosigner(person.id, present=True, key=key))
        kept = log.append(Proposal("", Step.VAULT_CREATED, facts), cosigners, terms)
        for key in keys:
            key.remember_head(kept.note.head.size, kept.note.head.root)
