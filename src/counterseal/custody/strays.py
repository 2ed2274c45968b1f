"""Files in the data folder that no entry and no list of people vouches for. Pure but for names."""

from collections.abc import Iterable

from counterseal.custody.facts import Step
from counterseal.custody.rows import Logged
from counterseal.custody.state import VaultState
from counterseal.custody.terms import TermsReader
from counterseal.errors import IntegrityError
from counterseal.evidence.vault import Vault

_FOLDERS = ("keysets", "profiles", "people", "receipts")


def strays(
    logged: Iterable[Logged], state: VaultState, terms: TermsReader, vault: Vault
) -> tuple[str, ...]:
    """Return the names of lists, rules, key files and receipts that nothing vouches for.

    What an interrupted run left over is among them; so is what somebody put there.

    Args:
        logged: Every entry.
        state: Where the vault stands after them.
        terms: Reads the lists of people.
        vault: The data folder.
    """
    known = {f"keysets/{version}.json" for version in state.keysets}
    known |= {f"receipts/{size}.{kind}" for size in state.receipts for kind in ("json", "txt")}
    for item in logged:
        known.add(f"profiles/{item.entry.policy}.toml")
        if item.entry.step is Step.PROFILE_ADOPTED:
            known.add(f"profiles/{item.entry.facts['sha256']}.toml")
    for version, sha256 in state.keysets.items():
        known |= _key_files(version, sha256, terms)
    return tuple(n for folder in _FOLDERS for n in vault.files(folder) if n not in known)


def _key_files(version: int, sha256: str, terms: TermsReader) -> set[str]:
    try:
        people = terms.keyset(version, sha256).people
    except IntegrityError:  # which the check has found already
        return set()
    stems = {stem for p in people for stem in (p.id, f"{p.id}.{p.key.hex()[:16]}")}
    return {f"people/{stem}.{kind}" for stem in stems for kind in ("key", "tries")}
