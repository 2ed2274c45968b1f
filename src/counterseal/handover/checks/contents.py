"""Checks 14 and 15: what was written and what was acquired is what was signed for.

`docs/format.md`, sections 5 and 17.7. Pure.
"""

from typing import Final

from counterseal.canonical import NotCanonicalError
from counterseal.custody.details import SALT, Details, Plain, commit
from counterseal.custody.entry import Entry
from counterseal.handover.checks import names
from counterseal.handover.checks.bundle import Bundle, Shown
from counterseal.handover.checks.outcome import WrongError

_ENDINGS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "multipart/related": "mht",
    "text/plain": "txt",
}


def openings(bundle: Bundle) -> str:
    """Check every text that was opened against the value that was signed."""
    found = bundle.numbered(names.OPENING)
    written = {leaf.entry.index: leaf.entry for leaf in bundle.own if leaf.entry.proposal.details}
    for index, name in found.items():
        if index not in written:
            raise WrongError(name, "its entry has no text, or is not one of the case")
        bundle.openings[index] = _opening(bundle, name, written[index])
    stop = bundle.stopped_at()
    for index in sorted(written):
        if bundle.said.full and index not in found:
            raise WrongError(_opening_name(index), "it is missing")
        if stop is not None and index in found and index < stop:
            raise WrongError(_opening_name(index), "what was written before a stop is not opened")
    left = len(written) - len(found)
    more = f"; {left} stay sealed, as after a stop" if left else ""
    return f"All {len(found)} texts are the ones that were signed for{more}."


def _opening(bundle: Bundle, name: str, entry: Entry) -> Details:
    (file,) = entry.proposal.details
    try:
        details = Details.from_bytes(bundle.content(name))
    except NotCanonicalError as error:
        raise WrongError(name, str(error)) from error
    if (details.vault, details.case, details.step) != (entry.vault, entry.case, entry.step):
        raise WrongError(name, "it is the text of another step")
    salts = [details.salt, *(plain.salt for plain in details.exhibits)]
    if any(len(salt) != SALT for salt in salts):
        raise WrongError(name, "a salt is not of the right length")
    if commit(details.salt, bundle.member(name).sha256) != file.commit:
        raise WrongError(name, "it is not the text that was signed for")
    return details


def exhibits(bundle: Bundle) -> str:
    """Check every exhibit, and what stays sealed."""
    shown: list[Shown] = []
    for leaf in bundle.own:
        shown += _exhibits(bundle, leaf.entry)
    if list(bundle.said.exhibits) != shown:
        raise WrongError(names.STATEMENT, "its list of exhibits is not the one of the entries")
    expected = {f"data/exhibits/{each.name}" for each in shown}
    for name in bundle.named(names.EXHIBIT):
        if name not in expected:
            raise WrongError(name, "no entry speaks of it")
    sealed = _withheld(bundle)
    more = f" {sealed} sealed texts are the encrypted files that were signed for." if sealed else ""
    if not bundle.said.full:
        return f"No exhibit is opened, as it must be after a stop.{more}"
    return f"All {len(shown)} exhibits are the exact bytes that were signed for.{more}"


def _exhibits(bundle: Bundle, entry: Entry) -> list[Shown]:
    files = entry.proposal.exhibits
    details = bundle.openings.get(entry.index)
    if not bundle.said.full or (details is None and not files):
        return []
    plains = details.exhibits if details else ()
    where = _opening_name(entry.index)
    if [plain.ref for plain in plains] != [file.ref for file in files]:
        raise WrongError(where, "it speaks of other exhibits than the entry")
    for plain, file in zip(plains, files, strict=True):
        if plain.commit != file.commit:
            raise WrongError(where, f"exhibit {plain.ref} is not the one that was signed for")
    return [_exhibit(bundle, plain) for plain in plains]


def _exhibit(bundle: Bundle, plain: Plain) -> Shown:
    short = f"{plain.ref.replace('/', '-')}.{_ENDINGS.get(plain.media, 'bin')}"
    name = f"data/exhibits/{short}"
    seen = bundle.member(name)
    said = (plain.digest.sha256, plain.digest.size, plain.crc32)
    if (seen.sha256, seen.size, f"{seen.crc32:08x}") != said:
        raise WrongError(name, "it is not the exhibit that was signed for")
    return Shown(plain.ref, short, plain.media, seen.sha256, seen.size)


def _withheld(bundle: Bundle) -> int:
    """Compare what stays sealed with the entries; return how many there are."""
    expected = {}
    for leaf in bundle.own:
        for file in leaf.entry.proposal.details:
            if leaf.entry.index not in bundle.openings:
                expected[f"data/withheld/{file.name.rpartition('/')[2]}"] = file
    for name in bundle.named(names.WITHHELD):
        if name not in expected:
            raise WrongError(name, "nothing of that name stays sealed in this bundle")
    for name, file in expected.items():
        seen = bundle.member(name)
        if (seen.sha256, seen.size) != (file.sha256, file.size):
            raise WrongError(name, "it is not the sealed file that was signed for")
    return len(expected)


def _opening_name(index: int) -> str:
    return f"data/openings/{index:06}.json"
