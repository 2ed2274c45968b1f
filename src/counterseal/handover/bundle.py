"""Put a bundle together: which leaves, which files, what is signed about them. Pure.

`docs/format.md`, section 17.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from counterseal.custody.checkpoint import Note
from counterseal.custody.envelope import Envelope, Signer, pae
from counterseal.custody.facts import Step
from counterseal.custody.rows import Logged
from counterseal.errors import UsageError
from counterseal.handover import caseuco, members, proofs, report, verify_txt
from counterseal.handover.checks.names import unreadable
from counterseal.handover.manifest import bagged
from counterseal.handover.members import Member, entry_name, in_order
from counterseal.handover.statement import Statement
from counterseal.handover.telling import Telling
from counterseal.keys.signing import keyid, public_to_pem

OF_THE_VAULT: Final = frozenset(
    {
        Step.VAULT_CREATED,
        Step.KEYSET_CHANGED,
        Step.PROFILE_ADOPTED,
        Step.COMPUTER_CHECKED,
        Step.COMPUTER_CHANGED,
        Step.HANDOVER_KEY_CHECKED,
        Step.HANDOVER_KEY_CHANGED,
    }
)
"""The vault's own steps that every bundle holds, so that the procedure can be followed."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that goes into a bundle.

    Args:
        telling: What is told of it to people: statement, leaves and what was opened.
        note: The head of the log, cosigned by the statement's people.
        hashes: The leaf hashes of the whole tree of that head.
        keysets: Each version's bytes.
        profiles: Each profile's bytes, by digest.
        receipts: JSON and text of each receipt, by size.
        exhibits: The members below `data/exhibits/`.
        withheld: Encrypted texts that stay so, by name in the bundle.
    """

    telling: Telling
    note: Note
    hashes: Sequence[bytes]
    keysets: Mapping[int, bytes]
    profiles: Mapping[str, bytes]
    receipts: Mapping[int, tuple[bytes, bytes]]
    exhibits: Sequence[Member]
    withheld: Mapping[str, bytes]


def receipts_for(own: Sequence[Logged], of_vault: Sequence[Logged], size: int) -> list[int]:
    """Return the sizes of the receipts that cover something of a case.

    Args:
        own: The case's entries.
        of_vault: The vault's own entries.
        size: Of the head of the bundle.
    """
    issued = (x.entry for x in of_vault if x.entry.step is Step.RECEIPT_ISSUED)
    return [e.index + 1 for e in issued if own[0].entry.index <= e.index < size]


def leaves_for(own: Sequence[Logged], of_vault: Sequence[Logged], size: int) -> list[Logged]:
    """Return the leaves that a bundle holds, in the log's order: nothing of any other case.

    Args:
        own: The case's entries.
        of_vault: The vault's own entries.
        size: Of the head of the bundle.
    """
    first, last = own[0].entry.index, own[-1].entry.index
    receipts = {number - 1 for number in receipts_for(own, of_vault, size)}
    odd = {
        x.entry.index
        for x in of_vault
        if x.entry.step is Step.CLOCK_ANOMALY and first < x.entry.index < last
    }
    chosen = [
        x
        for x in of_vault
        if x.entry.index < size
        and (x.entry.step in OF_THE_VAULT or x.entry.index in receipts | odd)
    ]
    return sorted([*own, *chosen], key=lambda logged: logged.entry.index)


def assembled(contents: Contents, signers: Iterable[Signer]) -> list[Member]:
    """Return every member of a bundle, in order.

    Args:
        contents: What goes in.
        signers: The computer and the statement's people.

    Raises:
        UsageError: It would be larger than a reader takes (`docs/format.md`, section 19).
    """
    telling = contents.telling
    statement = telling.statement
    body = [*_recorded(contents), *_public(contents), *_opened(contents)]
    body += [
        Member.of("data/START-HERE.html", report.page(telling).encode()),
        Member.of("data/case.jsonld", caseuco.graph(telling)),
        Member.of(members.VERIFY, verify_txt.text(telling).encode()),
    ]
    signed = statement.sign(body, signers)
    body += _signed("data/bundle", signed, _signers(statement))
    ordered = in_order([*body, *bagged(body, statement)])
    refused = unreadable((member.name, member.digest.size) for member in ordered)
    if refused is not None:
        what = f"The bundle would hold more than anybody's check takes, at {refused}."
        raise UsageError(what, advice="Hand over the computer, or what it holds, another way.")
    return ordered


def _recorded(contents: Contents) -> Iterator[Member]:
    note = contents.note.text
    yield Member.of(members.CHECKPOINT, note.encode())
    for logged in contents.telling.leaves:
        entry = logged.entry
        people = {p.id: bytes.fromhex(p.key) for p in entry.people}
        who = {"computer": bytes.fromhex(entry.computer), **people}
        yield from _signed(f"data/log/{entry.index:06}", logged.envelope, who)
        proof = proofs.inclusion(contents.hashes, entry.index, note)
        yield Member.of(entry_name(entry.index, "tlog-proof"), proof.encode())
    for size, (as_json, text) in contents.receipts.items():
        yield Member.of(f"data/receipts/{size}.json", as_json)
        yield Member.of(f"data/receipts/{size}.txt", text)
        going_on = proofs.consistency(contents.hashes, size)
        yield Member.of(f"data/receipts/{size}.consistency", going_on.encode())


def _public(contents: Contents) -> Iterator[Member]:
    for version, content in contents.keysets.items():
        yield Member.of(f"data/keysets/{version}.json", content)
    for sha256, content in contents.profiles.items():
        yield Member.of(f"data/profiles/{sha256}.toml", content)
    for who, key in sorted(contents.telling.keys()):
        yield Member.of(members.key_name(who, key), public_to_pem(key))


def _opened(contents: Contents) -> Iterator[Member]:
    for index, details in contents.telling.openings.items():
        yield Member.of(members.opening_name(index), details.to_bytes())
    yield from contents.exhibits
    for name, content in contents.withheld.items():
        yield Member.of(name, content)


def _signed(stem: str, signed: Envelope, who: Mapping[str, bytes]) -> Iterator[Member]:
    """Return an envelope, the bytes that were signed, and each signature by itself."""
    names = {keyid(key): name for name, key in who.items()}
    yield Member.of(f"{stem}.json", signed.to_bytes())
    yield Member.of(f"{stem}.pae", pae(signed.payload, signed.kind))
    for signature in signed.signatures:
        name = members.signature_name(stem, names[signature.keyid])
        yield Member.of(name, signature.sig)


def _signers(statement: Statement) -> dict[str, bytes]:
    people = {person: bytes.fromhex(key) for person, key in statement.people}
    return {"computer": bytes.fromhex(statement.last.entry.computer), **people}
