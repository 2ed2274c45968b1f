"""The keyset and the profile that an entry names, read from the data folder and compared."""

from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.log import Terms
from counterseal.errors import CountersealError, Finding, IntegrityError
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.vault import Vault
from counterseal.keys.people import Keyset
from counterseal.policy import profile
from counterseal.policy.profile import Profile


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
