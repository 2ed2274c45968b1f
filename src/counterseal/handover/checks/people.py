"""Checks 6 to 8: who may sign, that they did, and that two are two.

`docs/format.md`, sections 6 and 10. Pure.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from counterseal.custody import envelope as envelopes
from counterseal.custody.entry import Entry
from counterseal.custody.envelope import Envelope
from counterseal.custody.facts import Step
from counterseal.custody.procedure import AFTER_STOP, RULES
from counterseal.custody.signers import Who
from counterseal.errors import CountersealError, IntegrityError
from counterseal.handover.checks import names
from counterseal.handover.checks.bundle import Bundle, Leaf
from counterseal.handover.checks.outcome import Signed, WrongError, fail
from counterseal.handover.checks.statement import check_files
from counterseal.keys.people import Keyset
from counterseal.keys.signing import check_public, keyid, public_to_pem, verify

_FEWER: Final = frozenset({Who.COMPUTER, Who.ONE, Who.REVIEWER})
_TWO: Final = 2


def people(bundle: Bundle) -> str:
    """Check the lists of people, and each signer and key against the list in force."""
    bundle.keysets = dict(_read_keysets(bundle))
    version = _follow(bundle)
    said, last = bundle.said, bundle.own[-1].entry
    if len(bundle.keysets) != version:
        fail(f"data/keysets/{version + 1}.json", "no entry brought it in")
    if said.keyset != (last.keyset_version, last.keyset_sha256):
        raise WrongError(names.STATEMENT, "it names a list of people that was not in force")
    keyset = bundle.keysets[last.keyset_version]
    for person, key in said.people:
        _check_enrolled(names.STATEMENT, keyset, person, key)
    _check_key_files(bundle)
    return f"{len(_keys(bundle))} keys signed, each by the list of people then in force."


def _read_keysets(bundle: Bundle) -> Iterator[tuple[int, Keyset]]:
    for number, (version, name) in enumerate(sorted(bundle.numbered(names.KEYSET).items()), 1):
        try:
            keyset = Keyset.from_bytes(bundle.content(name), where=name)
        except IntegrityError as error:
            raise WrongError(name, error.findings[0].what) from error
        if (keyset.version, keyset.vault) != (version, bundle.said.vault) or version != number:
            raise WrongError(name, "it is the list of another record, or another version")
        yield version, keyset


def _follow(bundle: Bundle) -> int:
    """Go through all entries, and return the version in force after the last."""
    version = 1
    for leaf in bundle.leaves:
        entry = leaf.entry
        where = names.entry_name(entry.index, "json")
        keyset = _keyset(bundle, where, entry.keyset_version, entry.keyset_sha256)
        if entry.keyset_version != version:
            raise WrongError(where, "it names a list of people that was not in force")
        if entry.computer != bundle.said.computer:
            raise WrongError(where, "another computer signed it")
        for person in entry.people:
            _check_enrolled(where, keyset, person.id, person.key)
        if entry.step is Step.KEYSET_CHANGED:
            version = entry.facts["version"]
            _keyset(bundle, where, version, entry.facts["sha256"])
            if bundle.member(f"data/keysets/{version}.json").size != entry.facts["size"]:
                raise WrongError(where, "it names another length of the list of people")
    return version


def _keyset(bundle: Bundle, where: str, version: int, sha256: str) -> Keyset:
    keyset = bundle.keysets.get(version)
    if keyset is None or keyset.digest != sha256:
        raise WrongError(where, f"the list of people {version} that it names is not here")
    return keyset


def _check_enrolled(where: str, keyset: Keyset, person_id: str, key: str) -> None:
    person = keyset.find(person_id)
    if person is None or not person.active or person.key.hex() != key:
        raise WrongError(where, f"{person_id} was not enrolled with that key")


def _check_key_files(bundle: Bundle) -> None:
    expected = {f"data/keys/{who}-{key[:16]}.pem": key for who, key in _keys(bundle)}
    for name in sorted({*bundle.named(names.KEY)} ^ {*expected}):
        what = "it is missing" if name in expected else "nobody signed with that key"
        raise WrongError(name, what)
    for name, key in expected.items():
        raw = bytes.fromhex(key)
        try:
            check_public(raw)
            pem = public_to_pem(raw)
        except (CountersealError, ValueError) as error:
            raise WrongError(name, "the key proves nothing") from error
        if bundle.member(name).sha256 != hashlib.sha256(pem).hexdigest():
            raise WrongError(name, "it is not the key that its name says")


def _keys(bundle: Bundle) -> set[tuple[str, str]]:
    found = {("computer", bundle.said.computer), *bundle.said.people}
    return found | {(p.id, p.key) for leaf in bundle.leaves for p in leaf.entry.people}


def signatures(bundle: Bundle) -> str:
    """Check every signature of every entry, and the files that repeat them."""
    checked, files = 0, set()
    for leaf in bundle.leaves:
        entry = leaf.entry
        where = names.entry_name(entry.index, "json")
        _check_signatures(where, entry, leaf.envelope)
        keys = {"computer": entry.computer, **{p.id: p.key for p in entry.people}}
        check_files(bundle, f"data/log/{entry.index:06}", leaf.envelope, keys)
        files |= {names.entry_name(entry.index, f"{who}.sig") for who in keys}
        files |= {names.entry_name(entry.index, ending) for ending in ("json", "pae", "tlog-proof")}
        checked += len(leaf.envelope.signatures)
    for name in bundle.members:
        if name.startswith("data/log/") and name not in files:
            raise WrongError(name, "it belongs to no entry, or to nobody who signed it")
    return f"All {checked} signatures of the entries are good, and what was signed stands beside."


def _check_signatures(where: str, entry: Entry, envelope: Envelope) -> None:
    # One key twice is for the next check to say; here each signature is somebody's, and good.
    keys = sorted(entry.keys if len(envelope.signatures) == len(entry.keys) else {*entry.keys})
    if [signature.keyid for signature in envelope.signatures] != [keyid(key) for key in keys]:
        raise WrongError(where, "the signatures are not those of the people listed")
    message = envelopes.pae(envelope.payload)
    for key, signature in zip(keys, envelope.signatures, strict=True):
        if not verify(key, message, signature.sig):
            raise WrongError(where, f"the signature of key {key.hex()[:16]} is not good")


def two_people(bundle: Bundle) -> str:
    """Make sure that two signers are two people with two keys, wherever two are asked for."""
    asked, stopped = 0, False
    for leaf in bundle.leaves:
        entry = leaf.entry
        where = names.entry_name(entry.index, "json")
        ids = {person.id for person in entry.people}
        if len(ids) != len(entry.people) or len({*entry.keys}) != len(entry.people) + 1:
            raise WrongError(where, "one person, or one key, stands in two places")
        table = AFTER_STOP if stopped and entry.case and entry.step in AFTER_STOP else RULES
        rule = table.get(entry.step) or AFTER_STOP[entry.step]
        if rule.who not in _FEWER:
            asked += 1
            if len(ids) < _TWO:
                raise WrongError(where, "it was signed by one person alone, and takes two")
        stopped = stopped or entry.step is Step.CASE_STOPPED
    return (
        f"Two different people with two different keys signed all {asked} steps that ask for two."
    )


def signed_by(bundle: Bundle) -> list[Signed]:
    """Return who signed, with how much; the computer first."""
    entries: dict[tuple[str, str], int] = {}
    for leaf in bundle.own:
        for signer in _of(leaf):
            entries[signer] = entries.get(signer, 0) + 1
    keyset = bundle.keysets[max(bundle.keysets)]
    of_all = {("computer", bundle.said.computer), *bundle.said.people}
    found = []
    for who, key in sorted({*entries, *of_all}, key=lambda one: (one[0] != "computer", *one)):
        person = keyset.find(who)
        name, position = (person.name, person.position) if person else ("the computer", "")
        count = entries.get((who, key), 0)
        found.append(Signed(who, name, position, key, count, (who, key) in of_all))
    return found


def _of(leaf: Leaf) -> list[tuple[str, str]]:
    entry = leaf.entry
    return [("computer", entry.computer), *((p.id, p.key) for p in entry.people)]
