"""What is in force: the keyset and the profile, read from the data folder and compared."""

from dataclasses import dataclass

from counterseal.clock import Instant
from counterseal.custody.entry import Entry, Proposal, Signatory
from counterseal.custody.facts import Step
from counterseal.custody.rules import Asking
from counterseal.custody.state import CaseState, VaultState
from counterseal.errors import CountersealError, Finding, IntegrityError, OutOfOrderError
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.vault import Vault
from counterseal.keys.people import Keyset
from counterseal.policy import profile
from counterseal.policy.profile import Profile


@dataclass(frozen=True, slots=True)
class Terms:
    """What is in force while an entry is appended.

    Args:
        keyset: The keyset.
        policy: The profile.
        next_keyset: What `keyset.changed` brings in.
    """

    keyset: Keyset
    policy: Profile
    next_keyset: Keyset | None = None

    def asking(
        self,
        proposal: Proposal,
        people: tuple[Signatory, ...],
        states: tuple[CaseState, VaultState],
        now: Instant,
    ) -> Asking:
        """Put a proposed step together with all that decides whether it is allowed.

        Args:
            proposal: The step.
            people: Who would sign.
            states: Where the case and the vault stand.
            now: This moment.

        Raises:
            OutOfOrderError: The vault has another keyset or profile in force by now.
        """
        case, vault = states
        named = (self.keyset.version, self.keyset.digest, self.policy.sha256)
        if vault.origin and named != (vault.keyset_version, vault.keyset_sha256, vault.policy):
            what = "The list of people or the rules were changed meanwhile."
            raise OutOfOrderError(what, advice="Run the command again.")
        today = now.utc[:10]
        return Asking(
            proposal, people, case, vault, self.keyset, self.policy, self.next_keyset, today
        )


class TermsReader:
    """Reads each keyset and profile once.

    Args:
        vault: The data folder.
    """

    def __init__(self, vault: Vault) -> None:
        """Start with nothing read."""
        self._vault = vault
        self._keysets: dict[tuple[int, str], Keyset] = {}
        self._profiles: dict[str, Profile] = {}

    def of(self, entry: Entry) -> Terms:
        """Return what an entry names.

        Raises:
            IntegrityError: A file is missing or is not the one that the entry names.
        """
        keyset = self.keyset(entry.keyset_version, entry.keyset_sha256)
        coming = None
        if entry.step is Step.KEYSET_CHANGED:
            coming = self.keyset(entry.facts["version"], entry.facts["sha256"])
        return Terms(keyset, self.profile(entry.policy), coming)

    def keyset(self, version: int, sha256: str) -> Keyset:
        """Return a keyset by version and digest.

        Raises:
            IntegrityError: Missing, changed, or not a keyset.
        """
        known = self._keysets.get((version, sha256))
        if known is None:
            where = f"keysets/{version}.json"
            content = self._read(where, sha256)
            known = self._keysets[version, sha256] = Keyset.from_bytes(content, where=where)
        return known

    def profile(self, sha256: str) -> Profile:
        """Return a profile by digest.

        Raises:
            IntegrityError: Missing, changed, or not a profile.
        """
        known = self._profiles.get(sha256)
        if known is None:
            where = f"profiles/{sha256}.toml"
            content = self._read(where, sha256)
            try:
                known = self._profiles[sha256] = profile.load(content)
            except CountersealError as error:
                raise IntegrityError((Finding("bad-step", where, error.what),)) from error
        return known

    def _read(self, where: str, sha256: str) -> bytes:
        try:
            content = self._vault.path(where).read_bytes()
        except OSError as error:
            raise IntegrityError((Finding("missing", where, "the file is missing"),)) from error
        if Digest.of(content).sha256 != sha256:
            what = "the file is not as it was kept"
            raise IntegrityError((Finding("digest-mismatch", where, what),))
        return content
