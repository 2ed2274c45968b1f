"""Checks 14 to 16: texts, exhibits and receipts; and bundles in which nothing is wrong."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cast import PROGRAM, key_of
from counterseal.custody import checkpoint, merkle
from counterseal.custody.facts import Step
from counterseal.custody.receipt import Holder, Receipt
from negative.case import CASES, Case, case, on
from negative.forge import FULL, RECORD_ONLY, Forge, Turn, turn
from negative.pieces import Members, Value

NOTE = Step.NOTE_ADDED
CAPTURED = Step.EXHIBIT_CAPTURED
NOTE_TEXT = "data/openings/000013.json"


def _recorded(name: str, expect: int, change: Any, *also: int, stopped: bool = False) -> None:  # noqa: ANN401
    def bend(forge: Forge) -> None:
        if stopped:
            forge.story, forge.full = RECORD_ONLY, False
        forge.recorded = lambda members: change(forge, members)

    CASES.append(Case(name, expect, bend, also))


# ------------------------------------------------------------------------------ 14: openings


def _text(name: str, old: bytes, new: bytes, *also: int) -> None:
    def change(_: Forge, members: Members) -> None:
        assert old in members[NOTE_TEXT]
        members[NOTE_TEXT] = members[NOTE_TEXT].replace(old, new, 1)

    _recorded(name, 14, change, *also)


_text("a text that was changed", b"What was written", b"What was invented")
_text("a text that was lengthened", b"A second line.", b"A second line. And a third.")
_text("a text of another step", b'"step":"note.added"', b'"step":"note.axxed"')
_text("a text of another case", b'"case":"2026-001"', b'"case":"2026-009"')
_text("a text with a field more", b'{"case"', b'{"a":1,"case"')
_text("a text of another version", b'"v":1', b'"v":2')
_recorded("a text gone", 14, lambda _, m: m.pop(NOTE_TEXT))
_recorded("texts exchanged", 14, lambda _, m: m.update({NOTE_TEXT: m["data/openings/000006.json"]}))
_recorded(
    "a text of an entry that has none",
    14,
    lambda _, m: m.update({"data/openings/000008.json": m[NOTE_TEXT]}),
)
_recorded(
    "a text of another case's entry",
    14,
    lambda f, m: m.update({"data/openings/000003.json": f.log[3].plain}),
)


@case("another salt", 14)
def _(forge: Forge) -> None:
    def change(members: Members) -> None:
        salt = base64.b64encode(bytes(32))
        start = members[NOTE_TEXT].index(b'"salt":"') + 8
        text = members[NOTE_TEXT]
        members[NOTE_TEXT] = text[:start] + salt + text[start + 44 :]

    forge.recorded = change


def _details(
    name: str, expect: int, step: Step, change: Callable[[Value], object], *also: int
) -> None:
    """Change the details before they are signed for."""

    def bend(forge: Forge) -> None:
        def details(value: Value, turned: Turn) -> None:
            if turned.step is step:
                change(value)

        forge.details = details

    CASES.append(Case(name, expect, bend, also))


SHORT = base64.b64encode(bytes(16)).decode()
_details("a salt that is too short", 14, NOTE, lambda v: v.update(salt=SHORT))
_details("a signed text of another step", 14, NOTE, lambda v: v.update(step="case.closed"))
_details("a signed text of another case", 14, NOTE, lambda v: v.update(case="2026-009"))
_details("a signed text of another record", 14, NOTE, lambda v: v.update(vault="x/" + "0" * 32))
_details("a signed text that is no object", 14, NOTE, lambda v: v.update(text=["x"]))
_details("a signed text that holds a number", 14, NOTE, lambda v: v.update(text={"note": 1}))
_details(
    "a salt of an exhibit that is too short",
    14,
    CAPTURED,
    lambda v: v["exhibits"][0].update(salt=SHORT),
)


@case("an opened text from before a stop", 14)
def _(forge: Forge) -> None:
    forge.story, forge.full = RECORD_ONLY, False

    def change(members: Members) -> None:
        made = forge.at(Step.CASE_TRIAGED)
        name = made.value["details"][0]["name"].split("/")[-1]
        del members[f"data/withheld/{name}"]
        members[f"data/openings/{made.value['index']:06}.json"] = made.plain

    forge.recorded = change


# ------------------------------------------------------------------------------ 15: exhibits

ONE, TWO = "data/exhibits/AB-1.png", "data/exhibits/AB-2.txt"


def _swapped(_: Forge, members: Members) -> None:
    members[ONE], members[TWO] = members[TWO], members[ONE]


_recorded("exhibits swapped, and signed for", 15, _swapped)
_recorded("an exhibit changed, and signed for", 15, lambda _, m: m.update({ONE: bytes(908)}))
_recorded("an exhibit gone, and signed for", 15, lambda _, m: m.pop(ONE))
_recorded(
    "an exhibit more, and signed for", 15, lambda _, m: m.update({"data/exhibits/AB-3.png": b"x"})
)
_recorded(
    "an exhibit under another ending",
    15,
    lambda _, m: m.update({"data/exhibits/AB-1.bin": m.pop(ONE)}),
)


def _exhibits(name: str, change: Callable[[list[Value]], object]) -> None:
    def bend(forge: Forge) -> None:
        forge.statement = lambda value: change(value["exhibits"])

    CASES.append(Case(name, 15, bend))


_exhibits("a list of exhibits in another order", lambda shown: shown.reverse())
_exhibits("a list of exhibits without one", lambda shown: shown.pop())
_exhibits("a list of exhibits with another kind", lambda shown: shown[0].update(media="text/html"))
_exhibits("a list of exhibits with another fingerprint", lambda s: s[0].update(sha256="0" * 64))
_exhibits("a list of exhibits with another reference", lambda s: s[0].update(ref="AB/9"))

_details(
    "another checksum in the text of an exhibit",
    15,
    CAPTURED,
    lambda v: v["exhibits"][0].update(crc32="00000000"),
)
_details(
    "another length in the text of an exhibit",
    15,
    CAPTURED,
    lambda v: v["exhibits"][0].update(size=7),
)
_details(
    "another fingerprint in the text of an exhibit",
    15,
    CAPTURED,
    lambda v: v["exhibits"][0].update(sha256="0" * 64),
)
_details(
    "another reference in the text of an exhibit",
    15,
    CAPTURED,
    lambda v: v["exhibits"][0].update(ref="AB/5"),
)
_details("no exhibit in the text of an exhibit", 15, CAPTURED, lambda v: v.update(exhibits=[]))
_details("an exhibit in the text of a note", 15, NOTE, lambda v: v.update(exhibits=[
    {"ref": "AB/1", "sha256": "0" * 64, "size": 1, "crc32": "0" * 8,
     "salt": base64.b64encode(bytes(32)).decode(), "media": "image/png"}]))  # fmt: skip


@case("an exhibit that is not the one in the entry", 15)
def _(forge: Forge) -> None:
    forge.entry = on(CAPTURED, lambda value: value["exhibits"][0].update(commit="0" * 64))


_recorded(
    "a sealed text in a bundle where all is open",
    15,
    lambda _, m: m.update({f"data/withheld/{'0' * 32}.age": b"x"}),
)
_recorded(
    "a sealed text changed", 15, lambda _, m: m.update({_sealed(m): bytes(322)}), stopped=True
)
_recorded("a sealed text gone", 15, lambda _, m: m.pop(_sealed(m)), stopped=True)
_recorded(
    "a sealed text more",
    15,
    lambda _, m: m.update({f"data/withheld/{'0' * 32}.age": b"x"}),
    stopped=True,
)
_recorded(
    "an exhibit of a case that was stopped",
    15,
    lambda f, m: m.update({ONE: f.at(CAPTURED).turn.shown}),
    stopped=True,
)


def _sealed(members: Members) -> str:
    return min(name for name in members if name.startswith("data/withheld/"))


# ------------------------------------------------------------------------------ 16: receipts


def _receipt(name: str, change: Callable[[Receipt], Receipt], *also: int) -> None:
    def bend(forge: Forge) -> None:
        forge.receipt = change

    CASES.append(Case(name, 16, bend, also))


def _of(receipt: Receipt, **changes: Any) -> Receipt:  # noqa: ANN401
    """Return the receipt over another head, with good signatures."""
    head = replace(receipt.note.head, **changes)
    note = checkpoint.sign(head, key_of("computer"))
    return replace(receipt, note=note.cosigned({i: key_of(i) for i in ("ab", "cd")}, 1_796_000_000))


STRANGER = Holder("zz", "Zoe Zest", key_of("zz").public.hex())
_receipt("a receipt over another history", lambda r: _of(r, root=bytes(32)))
_receipt("a receipt of another record", lambda r: _of(r, origin="x/" + "0" * 32))
_receipt("a receipt over another number of entries", lambda r: _of(r, size=15))
_receipt("a receipt of another time", lambda r: replace(r, issued="2026-11-30T12:00:00Z"))
_receipt("a receipt from practice", lambda r: replace(r, practice=True))
_receipt(
    "a receipt of one alone",
    lambda r: replace(
        r, people=r.people[:1], note=replace(r.note, signatures=r.note.signatures[:2])
    ),
)
_receipt(
    "a receipt with another name",
    lambda r: replace(r, people=(replace(r.people[0], name="Ann"), r.people[1])),
)
_receipt(
    "a receipt that another computer signed",
    lambda r: replace(
        r, computer=key_of("x").public.hex(), note=checkpoint.sign(r.note.head, key_of("x"))
    ),
)
_receipt(
    "a receipt without signatures of people",
    lambda r: replace(r, note=replace(r.note, signatures=r.note.signatures[:1])),
)
_recorded(
    "a receipt whose text says something else",
    16,
    lambda _, m: m.update({"data/receipts/16.txt": b"All is well.\n"}),
)
_recorded("a receipt without its text", 16, lambda _, m: m.pop("data/receipts/16.txt"))
_recorded("a receipt without a proof", 16, lambda _, m: m.pop("data/receipts/16.consistency"))
_recorded(
    "a receipt with another proof",
    16,
    lambda _, m: m.update({"data/receipts/16.consistency": base64.b64encode(bytes(32)) + b"\n"}),
)
_recorded(
    "a receipt with no line of proof",
    16,
    lambda _, m: m.update({"data/receipts/16.consistency": b""}),
)
_recorded(
    "a proof of a receipt that is no text",
    16,
    lambda _, m: m.update({"data/receipts/16.consistency": b"\xff\n"}),
)
_recorded(
    "a text of a receipt that was not due", 16, lambda _, m: m.update({"data/receipts/9.txt": b"x"})
)


def _outside(name: str, expect: int, made: Callable[[Forge], Receipt | bytes]) -> None:
    def bend(forge: Forge) -> None:
        forge.write_log()
        given = made(forge)
        forge.outside = given if isinstance(given, bytes) else given.to_json()
        forge.log.clear()

    CASES.append(Case(name, expect, bend))


def _kept(forge: Forge, size: int, issued: str = "2026-11-29T12:00:00Z") -> Receipt:
    hashes = [merkle.leaf_hash(made.leaf) for made in forge.log]
    hashes += [merkle.leaf_hash(b"%d" % n) for n in range(10)]
    return forge.receipt_of(size, hashes[:size], issued)


_outside("an outside receipt", 0, lambda f: _kept(f, 16))
_outside("an outside receipt over as much as the bundle", 0, lambda f: _kept(f, 18))
_outside("an outside receipt over as much as before an entry of the case", 0, lambda f: _kept(f, 9))
_outside("an outside receipt of which the bundle cannot know", 42, lambda f: _kept(f, 3))
_outside("an outside receipt that came later", 42, lambda f: _kept(f, 22, "2027-01-01T12:00:00Z"))
_outside(
    "an outside receipt that shows a cut end", 16, lambda f: _kept(f, 22, "2026-11-01T12:00:00Z")
)
_outside("an outside receipt over another history", 16, lambda f: _of(_kept(f, 16), root=bytes(32)))
_outside(
    "an outside receipt over another history of the whole",
    16,
    lambda f: _of(_kept(f, 18), root=bytes(32)),
)
_outside(
    "an outside receipt of another record", 16, lambda f: _of(_kept(f, 16), origin="x/" + "0" * 32)
)
_outside(
    "an outside receipt that another computer signed",
    16,
    lambda f: replace(_kept(f, 16), computer=key_of("x").public.hex()),
)
_outside(
    "an outside receipt that nobody signed", 16, lambda f: replace(_kept(f, 16), people=(STRANGER,))
)
_outside(
    "an outside receipt that a stranger signed",
    16,
    lambda f: replace(
        _kept(f, 16),
        people=(STRANGER,),
        note=checkpoint.sign(_kept(f, 16).note.head, key_of("computer")).cosigned(
            {"zz": key_of("zz")}, 1
        ),
    ),
)
_outside("an outside receipt that is none", 16, lambda _: b"{}")
_outside("an outside receipt that is no text", 16, lambda _: b"\xff")


_outside(
    "an outside receipt with a bad signature",
    16,
    lambda f: replace(
        _kept(f, 16),
        note=replace(_kept(f, 16).note, signatures=_kept(f, 17).note.signatures),
    ),
)


@case("a receipt of somebody who is on no list", 16)
def _(forge: Forge) -> None:
    forge.entry = on(Step.RECEIPT_ISSUED, lambda v: v["facts"].update(cosigners=["ab", "cd", "zz"]))


# ------------------------------------------------------------------------- nothing is wrong


@case("a stopped case with an odd clock, and another computer after it", 0)
def _(forge: Forge) -> None:
    odd = turn(Step.CLOCK_ANOMALY)
    moved = turn(Step.COMPUTER_CHANGED, "ab", "cd")
    checked = turn(Step.COMPUTER_CHECKED, "ab", "cd", machine=PROGRAM)
    forge.story, forge.full = (*RECORD_ONLY[:-1], odd, RECORD_ONLY[-1], moved, checked), False


@case("a whole case, with a hostile address in it", 0)
def _(_: Forge) -> None:
    return


@case("a case that was stopped, as its record alone", 0)
def _(forge: Forge) -> None:
    forge.story, forge.full = RECORD_ONLY, False


@case("a stopped case whose record went on before it was handed over", 0)
def _(forge: Forge) -> None:
    forge.story, forge.full = (*RECORD_ONLY, turn(Step.CASE_REPORTED, "gh", case="2026-004")), False


@case("a stopped case after which one person put a device aside", 0)
def _(forge: Forge) -> None:
    isolated = turn(Step.DEVICE_ISOLATED, "ab")
    forge.story, forge.full = (*RECORD_ONLY, isolated), False


@case("a case whose record has entries of its own that concern nobody here", 0)
def _(forge: Forge) -> None:
    forge.story = [*FULL[:2], turn(Step.CLOCK_ANOMALY), *FULL[2:]]

    def change(members: Members) -> None:
        for name in [n for n in members if n.startswith("data/log/000002.")]:
            del members[name]

    forge.recorded = change


@case("a stopped case that one alone can hand over", 0)
def _(forge: Forge) -> None:
    forge.story, forge.full, forge.cosigners = RECORD_ONLY, False, ("ef",)


@case("a bundle with papers and time-stamps", 0)
def _(forge: Forge) -> None:
    forge.recorded = lambda members: members.update(
        {"data/papers/record.pdf": b"%PDF", "data/tsa/18.tsr": b"x"}
    )
