"""One person's secrets, in a file under their passphrase: make it, unlock it.

The file holds an Ed25519 seed, an age identity and the last head of the log that this person
signed. Nothing here prompts; passphrase, clock, randomness and cost are passed in.

`docs/format.md`, section 10, is the normative text.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterseal import durable
from counterseal.clock import Clock
from counterseal.errors import (
    KeyringError,
    RetiredKeyError,
    WeakKeyError,
    WrongPassphraseError,
)
from counterseal.keys import keyfile, recipients, tries
from counterseal.keys.keyfile import Cost, Header, KeyFile
from counterseal.keys.passphrase import check as check_passphrase
from counterseal.keys.people import Person
from counterseal.keys.signing import Random, SigningKey
from counterseal.keys.unlocked import NO_HEAD, Secrets, UnlockedKey


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The public halves of a fresh key file: what the keyset needs.

    Args:
        public: Raw Ed25519 public key, 32 bytes.
        recipient: The age X25519 recipient.
    """

    public: bytes
    recipient: str


@dataclass(frozen=True, slots=True)
class Keystore:
    """The way to the key files of one vault.

    Args:
        vault: The origin of the vault.
        practice: Whether it is a practice vault, where a cheap cost will do.
        cost: The cost of new key files; `REAL_COST` outside practice and tests.
        clock: For the wait after wrong passphrases.
        random: Where keys, salts and nonces come from (the age identity comes from the system).

    Raises:
        WeakKeyError: A cost below `REAL_COST` in a vault that is not for practice.
    """

    vault: str
    practice: bool
    cost: Cost
    clock: Clock
    random: Random

    def __post_init__(self) -> None:
        """Refuse a cheap cost before anything is made with it."""
        if not self.practice and self.cost.is_below(keyfile.REAL_COST):
            what = "Key derivation that cheap is for practice only."
            raise WeakKeyError(what)

    def create(self, path: Path, person_id: str, passphrase: str) -> Enrolment:
        """Make a person's key file, with fresh keys.

        Args:
            path: Where to; it must not exist.
            person_id: Whose it is.
            passphrase: Checked here too, but without names: the caller knows those.

        Raises:
            UsageError: The passphrase is too short or too easily guessed.
            VaultError: The file exists, or cannot be written.
            KeyringError: There is not enough free memory.
        """
        content, made = self.make(person_id, passphrase)
        durable.write_new(path, content)
        return made

    def make(
        self, person_id: str, passphrase: str, before: UnlockedKey | None = None
    ) -> tuple[bytes, Enrolment]:
        """Make the content of a key file, with fresh keys. Nothing is written.

        Args:
            person_id: Whose it is.
            passphrase: As for `create`.
            before: This person's key so far, where they can still open it: what was encrypted to
                them opens with the new one too, and the head that they signed stays remembered.

        Raises:
            UsageError: The passphrase is too short or too easily guessed.
            KeyringError: There is not enough free memory.
        """
        check_passphrase(passphrase)
        signing = SigningKey.generate(self.random)
        head, former = (before.head, before.identities) if before else (NO_HEAD, ())
        secrets = Secrets(signing, recipients.new_identity(), head, former)
        header = Header(self.vault, person_id, self.cost, self.random(keyfile.SALT_BYTES))
        key = header.derive(passphrase)
        file = KeyFile.seal(header, key, secrets.to_bytes(), self.random)
        key[:] = bytes(len(key))
        return file.to_bytes(), Enrolment(signing.public, recipients.recipient_of(secrets.identity))

    @contextlib.contextmanager
    def unlock(self, path: Path, passphrase: str, person: Person) -> Iterator[UnlockedKey]:
        """Unlock a person's key file for the length of a `with` block.

        After wrong tries it waits first; `tries.wait_seconds` says for how long.

        Args:
            path: The key file.
            passphrase: As it was typed.
            person: Whom the keyset names: the key inside must be theirs.

        Raises:
            WrongPassphraseError: The passphrase is wrong, or the file was changed.
            KeyringError: No key file of this program, another vault's or another person's, or its
                key is not the one that was enrolled.
            RetiredKeyError: The person is no longer active.
        """
        if not person.active:
            raise RetiredKeyError
        file = self._read(path, person)
        wait = tries.wait_seconds(path)
        if wait:
            self.clock.sleep(wait)
        key = file.header.derive(passphrase)
        try:
            secrets = Secrets.from_bytes(file.open(key))
        except WrongPassphraseError:
            tries.add(path)
            raise
        tries.reset(path)
        unlocked = UnlockedKey(path, file, key, secrets, self.random)
        try:
            _check_enrolled(unlocked, person)
            yield unlocked
        finally:
            unlocked.drop()

    def _read(self, path: Path, person: Person) -> KeyFile:
        try:
            with path.open("rb") as opened:
                content = opened.read(keyfile.MOST_BYTES + 1)
        except OSError as error:
            what = f"The key file {path.name} could not be read: {error.strerror}."
            advice = "If it is kept on a stick, put the stick in, then try again."
            raise KeyringError(what, advice=advice) from error
        file = KeyFile.from_bytes(content, name=path.name)
        if file.header.vault != self.vault:
            what = f"{path.name} belongs to another record."
            raise KeyringError(what)
        if file.header.person_id != person.id:
            what = f"{path.name} is the key file of “{file.header.person_id}”, not “{person.id}”."
            raise KeyringError(what)
        return file


def _check_enrolled(unlocked: UnlockedKey, person: Person) -> None:
    same_identity = recipients.opens(unlocked.identity, person.recipient)
    if unlocked.public != person.key or not same_identity:
        what = f"The key file holds another key than the one that {person.name} enrolled."
        raise KeyringError(what, advice="Ask for the key file to be restored from its copy.")
