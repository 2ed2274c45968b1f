"""Checks 4 to 8: how entries are written, who may sign, that they did, and that two are two."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cast import COMPUTER, KEYSET, key_of
from counterseal.custody.facts import Step
from counterseal.keys.signing import SigningKey, public_to_pem
from negative import forge as forging
from negative.case import CASES, Case, case, facts, on, sets
from negative.forge import Forge
from negative.pieces import Members, Value, encoded

NOTE = Step.NOTE_ADDED

# ------------------------------------------------------------------------- 4: canonical bytes


def _payload(name: str, change: Callable[[bytes], bytes]) -> None:
    def bend(forge: Forge) -> None:
        def payload(content: bytes, value: Value) -> bytes:
            bent = change(content)
            assert bent != content or value["step"] != NOTE
            return bent if value["step"] == NOTE else content

        forge.payload = payload

    CASES.append(Case(name, 4, bend))


def _in(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(old, new, 1)


_payload("an entry with a key twice", _in(b'"v":1', b'"v":1,"v":1'))
_payload("an entry with a fraction", _in(b'"v":1', b'"v":1.0'))
_payload("an entry with an exponent", _in(b'"v":1', b'"v":1e0'))
_payload("an entry with a number below zero", _in(b'"v":1', b'"v":-0'))
_payload("an entry with a number that is too large", _in(b'"v":1', b'"v":9007199254740992'))
_payload("an entry with nothing", _in(b'"v":1', b'"v":null'))
_payload("an entry with blanks", _in(b'"v":1', b'"v": 1'))
_payload("an entry with a line end", lambda content: content + b"\n")
_payload(
    "an entry with keys in another order", lambda c: b'{"v":1,' + c[1:].replace(b',"v":1', b"")
)
_payload("an entry with a capital key", _in(b'"v":1', b'"V":1'))
_payload("an entry with letters written as numbers", _in(b'"v":1', b'"\\u0076":1'))
_payload("an entry with a control character", _in(b'"about":"', b'"about":"\\u0007'))
_payload(
    "an entry that changes the direction of writing", _in(b'"about":"', b'"about":"\xe2\x80\xae')
)
_payload("an entry with letters put together", _in(b'"about":"', b'"about":"e\xcc\x81'))
_payload("an entry with half a letter", _in(b'"about":"', b'"about":"\xed\xa0\x80'))
_payload("an entry in two bytes a letter", lambda c: c.decode().encode("utf-16"))
_payload("an entry with a mark at its beginning", lambda c: b"\xef\xbb\xbf" + c)
_payload("an entry that is too deep", _in(b'"v":1', b'"v":' + b"[" * 7 + b"]" * 7))
_payload("an entry that is far too deep", lambda _: b"[" * 30_000)
_payload("an entry that is no JSON", lambda _: b"not JSON")


def _leaf(name: str, expect: int, change: Callable[[bytes], bytes], *also: int) -> None:
    def bend(forge: Forge) -> None:
        forge.leaf = lambda leaf, value: change(leaf) if value["step"] == NOTE else leaf

    CASES.append(Case(name, expect, bend, also))


def _with(change: Callable[[Value], object]) -> Callable[[bytes], bytes]:
    def bend(leaf: bytes) -> bytes:
        value = json.loads(leaf)
        change(value)
        return encoded(value)

    return bend


_leaf("a leaf with blanks", 4, lambda leaf: leaf.replace(b'","', b'", "', 1))
_leaf("a leaf with a field more", 4, _with(lambda v: v.update(note="x")))
_leaf("a leaf with a signature that says more", 4, _with(lambda v: v["signatures"][0].update(a=1)))
_leaf("a leaf with a payload twice", 4, lambda leaf: leaf.replace(b"{", b'{"payload":"",', 1))
_leaf("a leaf of another type", 4, _with(lambda v: v.update(payloadType=forging.BUNDLE)))
_leaf("a leaf whose base64 is not padded", 4, _with(lambda v: v.update(payload=v["payload"] + "=")))
_leaf(
    "a leaf whose base64 has a line end", 4, lambda leaf: leaf.replace(b'"sig":"', b'"sig":"\\n', 1)
)


def _recorded(name: str, expect: int, change: Any, *also: int) -> None:  # noqa: ANN401
    def bend(forge: Forge) -> None:
        forge.recorded = change

    CASES.append(Case(name, expect, bend, also))


_recorded("a keyset with a line end", 4, lambda m: _add(m, "data/keysets/2.json", b"\n"))
_recorded("a receipt with a line end", 4, lambda m: _add(m, "data/receipts/16.json", b"\n"))
_recorded("a text with a line end", 4, lambda m: _add(m, "data/openings/000006.json", b"\n"))


def _add(members: Members, name: str, more: bytes) -> None:
    members[name] += more


# --------------------------------------------------------------------------------- 5: entries


def _entry(name: str, expect: int, change: Any, *also: int) -> None:  # noqa: ANN401
    def bend(forge: Forge) -> None:
        forge.entry = change

    CASES.append(Case(name, expect, bend, also))


_entry("a step that there is not", 5, sets(NOTE, step="note.burnt"))
_entry("a version of an entry that there is not", 5, sets(NOTE, v=2))
_entry("a fact missing", 5, on(NOTE, lambda v: v["facts"].pop("about")))
_entry("a fact more", 5, facts(NOTE, more=True))
_entry("free text in a fact", 5, facts(NOTE, about="what he said"))
_entry("a word outside its set", 5, facts(Step.CASE_REPORTED, source="rumour"))
_entry("true where a number belongs", 5, facts(Step.SESSION_CLOSED, exhibits=True))
_entry("a number where true belongs", 5, facts(Step.SESSION_OPENED, conflict=0))
_entry("a list out of order", 5, facts(Step.CASE_TRIAGED, investigators=["cd", "ab"]))
_entry(
    "a day that there is not in an entry",
    5,
    on(NOTE, lambda v: v["time"].update(utc="2026-13-01T00:00:00Z")),
)
_entry(
    "a time with a part of a second",
    5,
    on(NOTE, lambda v: v["time"].update(utc="2026-11-30T00:00:00.5Z")),
)
_entry("a field more in an entry", 5, sets(NOTE, more="x"))
_entry("a field missing in an entry", 5, on(NOTE, lambda v: v.pop("policy")))
_entry("details twice", 5, on(NOTE, lambda v: v["details"].append(v["details"][0])))
_entry(
    "a file that does not have its name",
    5,
    on(NOTE, lambda v: v["details"][0].update(name="details/2026-001/x.age")),
)
_entry(
    "a file of another case",
    5,
    on(
        NOTE, lambda v: v["details"][0].update(name=v["details"][0]["name"].replace("-001", "-002"))
    ),
)
_entry(
    "halves of another case",
    5,
    on(
        Step.CASE_REPORTED,
        lambda v: v["facts"]["wraps"][0].update(name="wraps/2026-009/ab+cd/ab.age"),
    ),
)
_entry(
    "a person who was present in words", 5, on(NOTE, lambda v: v["people"][0].update(present="yes"))
)
_entry("an entry of another record", 5, sets(NOTE, vault="hill-view-school/" + "f" * 32))
_entry(
    "an entry of another case under a name of this one", 5, sets(NOTE, case="2026-002", details=[])
)
_entry("an entry that stands elsewhere", 5, sets(NOTE, index=12))
_entry("a root of another length", 5, sets(NOTE, prev_root=base64.b64encode(bytes(31)).decode()))


@case("an entry replayed at another place", 5)
def _(forge: Forge) -> None:
    forge.story = [*forging.FULL[:14], forging.FULL[13], *forging.FULL[14:]]
    first: list[bytes] = []

    def leaf(content: bytes, value: Value) -> bytes:
        if value["step"] == NOTE:
            first.append(content)
        return first[0] if value["step"] == NOTE else content

    forge.leaf = leaf


@case("no first entry", 5)
def _(forge: Forge) -> None:
    def change(members: Members) -> None:
        for name in [n for n in members if n.startswith("data/log/000000.")]:
            del members[name]

    forge.recorded = change


@case("an entry of another case in the bundle", 5)
def _(forge: Forge) -> None:
    def change(members: Members) -> None:
        members["data/log/000003.json"] = forge.log[3].leaf

    forge.recorded = change


@case("no entry of the case at all", 5)
def _(forge: Forge) -> None:
    def change(members: Members) -> None:
        own = [f"data/log/{made.place:06}." for made in forge.here if made.turn.case]
        for name in [n for n in members if n.startswith(tuple(own))]:
            del members[name]

    forge.recorded = change


@case("a receipt that was issued and is not there", 5)
def _(forge: Forge) -> None:
    def change(members: Members) -> None:
        for name in [n for n in members if n.startswith("data/receipts/")]:
            del members[name]

    forge.recorded = change


@case("a step of the record that is passed off as a receipt", 5)
def _(forge: Forge) -> None:
    forge.story = [
        *forging.FULL[:16],
        forging.turn(Step.LOCK_LIFTED, "ab", "cd", case=""),
        forging.FULL[-1],
    ]
    forge.recorded = lambda members: members.update(
        {"data/receipts/17.json": members["data/receipts/16.json"]}
    )


@case("an odd clock before the case began", 5)
def _(forge: Forge) -> None:
    forge.story = [*forging.FULL[:2], forging.turn(Step.CLOCK_ANOMALY), *forging.FULL[2:]]


# ------------------------------------------------------------------------- 6: people and keys

_recorded("no second list of people", 6, lambda m: m.pop("data/keysets/2.json"))
_recorded("no first list of people", 6, lambda m: m.pop("data/keysets/1.json"))
_recorded(
    "a key file more",
    6,
    lambda m: m.update({f"data/keys/kl-{key_of('kl').public.hex()[:16]}.pem": b"x"}),
)
_recorded(
    "a key file gone", 6, lambda m: m.pop(f"data/keys/ef-{key_of('ef').public.hex()[:16]}.pem")
)
_recorded(
    "another key in a key file",
    6,
    lambda m: m.update(
        {f"data/keys/ef-{key_of('ef').public.hex()[:16]}.pem": public_to_pem(key_of("ab").public)}
    ),
)


def _keyset(name: str, change: Callable[[], list[Any]], expect: int = 6) -> None:
    def bend(forge: Forge) -> None:
        forge.recorded = lambda members: members.update(
            {f"data/keysets/{k.version}.json": k.to_bytes() for k in change()}
        )

    CASES.append(Case(name, expect, bend))


def _moved(person: str, version: int = 2, **changes: Any) -> list[Any]:  # noqa: ANN401
    people = tuple(replace(p, **changes) if p.id == person else p for p in KEYSET.people)
    return [replace(KEYSET, version=version, people=people)]


_keyset("a list of the same length", lambda: _moved("kl", position="Head of Sixth Farm"))
_keyset("another first list", lambda: _moved("kl", version=1, position="Caretaker"))
_keyset(
    "another list of people than the one that was signed",
    lambda: _moved("kl", position="Caretaker"),
)
_keyset("a list with somebody else's key", lambda: _moved("cd", key=key_of("stranger").public))
_keyset("a list of another record", lambda: [replace(KEYSET, version=2, vault="x/" + "0" * 32)])
_keyset("a third list that nobody signed", lambda: _moved("kl", version=3))


@case("lists of another record throughout", 6)
def _(forge: Forge) -> None:
    forge.keysets = [replace(KEYSET, vault="x/" + "0" * 32)]
    forge.story = [t for t in forge.story if t.step is not Step.KEYSET_CHANGED]


@case("a first list that calls itself the fifth", 6)
def _(forge: Forge) -> None:
    forge.keysets = [replace(KEYSET, version=5)]
    forge.story = [t for t in forge.story if t.step is not Step.KEYSET_CHANGED]
    forge.recorded = lambda members: members.update(
        {"data/keysets/1.json": members.pop("data/keysets/5.json")}
    )


def _stopped_signed(name: str, *people: str) -> None:
    def bend(forge: Forge) -> None:
        forge.story, forge.full, forge.cosigners = forging.RECORD_ONLY, False, people

    CASES.append(Case(name, 6, bend))


_stopped_signed("the record of a stopped case, signed by somebody on no list", "zz")
_stopped_signed("the record of a stopped case, signed by somebody who left", "mn")
_stopped_signed("the record of a stopped case, signed by one and a stranger", "ab", "zz")


@case("a list with a key that proves nothing", 6)
def _(forge: Forge) -> None:
    old = KEYSET.person("kl").key.hex().encode()
    forge.recorded = lambda members: members.update(
        {"data/keysets/2.json": members["data/keysets/2.json"].replace(old, b"01" + b"0" * 62)}
    )


@case("a list with one key under two names", 6)
def _(forge: Forge) -> None:
    old, new = (KEYSET.person(i).key.hex().encode() for i in ("kl", "ab"))
    forge.recorded = lambda members: members.update(
        {"data/keysets/2.json": members["data/keysets/2.json"].replace(old, new)}
    )


def _signer(name: str, expect: int, place: int, person: str, key: str, *also: int) -> None:
    value = {"id": person, "key": key_of(key).public.hex()}

    def bend(forge: Forge) -> None:
        forge.entry = on(NOTE, lambda v: v["people"][place].update(value))

        def signers(given: Value, keys: list[SigningKey]) -> list[SigningKey]:
            if given["step"] == NOTE:
                keys[1 + place] = key_of(key)
            return keys

        forge.signers = signers

    CASES.append(Case(name, expect, bend, also))


_signer("a key that is not the one of the person", 6, 0, "cd", "stranger")
_signer("the right key under another name", 6, 0, "ef", "cd")
_signer("somebody who is on no list", 6, 0, "zz", "zz")
_signer("somebody who left", 6, 0, "mn", "mn")
_entry("an earlier list of people", 6, sets(NOTE, keyset={"version": 1, "sha256": KEYSET.digest}))
_entry(
    "a list of people to come",
    6,
    sets(Step.COMPUTER_CHECKED, keyset={"version": 2, "sha256": forging.KEYSET_2.digest}),
)
_entry("another length of the list of people", 6, facts(Step.KEYSET_CHANGED, size=7))


@case("another computer", 6)
def _(forge: Forge) -> None:
    forge.entry = sets(NOTE, computer=key_of("another computer").public.hex())
    forge.signers = lambda value, keys: (
        [key_of("another computer"), *keys[1:]] if value["step"] == NOTE else keys
    )


def _says(name: str, expect: int, **changes: object) -> None:
    def bend(forge: Forge) -> None:
        forge.statement = lambda value: value.update(changes)

    CASES.append(Case(name, expect, bend))


_says(
    "a statement that names an earlier list of people",
    6,
    keyset={"version": 1, "sha256": KEYSET.digest},
)


# ------------------------------------------------------------------------------ 7: signatures


def _sigs(name: str, change: Callable[[Value], object]) -> None:
    def bend(forge: Forge) -> None:
        forge.leaf = lambda leaf, value: _with(change)(leaf) if value["step"] == NOTE else leaf
        forge.recorded = lambda members: _signature_files(forge, members)

    CASES.append(Case(name, 7, bend))


def _signature_files(forge: Forge, members: Members) -> None:
    """Leave no trace beside the entry: each file is there, as it would be."""
    for who in ("ab", "cd", "computer"):
        members.setdefault(f"{forge.stem(NOTE)}.{who}.sig", bytes(64))


def _flip(value: Value, place: int) -> None:
    sig = bytearray(base64.b64decode(value["signatures"][0]["sig"]))
    sig[place] ^= 1
    value["signatures"][0]["sig"] = base64.b64encode(sig).decode()


def _sig_of(key: SigningKey, message: bytes) -> Value:
    from counterseal.keys.signing import keyid  # noqa: PLC0415

    return {"keyid": keyid(key.public), "sig": base64.b64encode(key.sign(message)).decode()}


_sigs("one signature removed", lambda v: v["signatures"].pop())
_sigs("all signatures removed", lambda v: v["signatures"].clear())
_sigs("a signature changed in its first half", lambda v: _flip(v, 3))
_sigs("a signature changed in its second half", lambda v: _flip(v, 40))
_sigs("a signature cut short", lambda v: v["signatures"][0].update(sig="AAAA"))
_sigs("a signature more", lambda v: v["signatures"].append(_sig_of(key_of("ef"), b"x")))
_sigs("a signature twice", lambda v: v["signatures"].append(v["signatures"][0]))
_sigs("signatures in another order", lambda v: v["signatures"].reverse())
_sigs("signatures exchanged", lambda v: _exchange(v["signatures"]))


def _exchange(signatures: list[Value]) -> None:
    one, two = signatures[0]["sig"], signatures[1]["sig"]
    signatures[0]["sig"], signatures[1]["sig"] = two, one


def _replay(value: Value) -> None:
    for signature in value["signatures"]:
        for who in ("ab", "cd"):
            made = _sig_of(key_of(who), b"another step")
            if made["keyid"] == signature["keyid"]:
                signature["sig"] = made["sig"]


_sigs("a signature over something else", _replay)


@case("a payload that was changed after it was signed", 7)
def _(forge: Forge) -> None:
    def change(value: Value) -> None:
        payload = json.loads(base64.b64decode(value["payload"]))
        payload["facts"]["about"] = "AB/2"
        value["payload"] = base64.b64encode(encoded(payload)).decode()

    forge.leaf = lambda leaf, value: _with(change)(leaf) if value["step"] == NOTE else leaf


_recorded("another PAE beside an entry", 7, lambda m: m.update({"data/log/000013.pae": b"x"}))
_recorded("no PAE beside an entry", 7, lambda m: m.pop("data/log/000013.pae"))
_recorded("a signature file gone", 7, lambda m: m.pop("data/log/000013.cd.sig"))
_recorded("another signature file", 7, lambda m: m.update({"data/log/000013.cd.sig": bytes(64)}))
_recorded(
    "a signature file of somebody else",
    7,
    lambda m: m.update({"data/log/000013.ef.sig": bytes(64)}),
)
_recorded("a PAE without an entry", 7, lambda m: m.update({"data/log/000003.pae": b"x"}))


# ------------------------------------------------------------------------------ 8: two people


@case("one person twice", 8)
def _(forge: Forge) -> None:
    forge.entry = on(NOTE, lambda value: value["people"].__setitem__(1, value["people"][0]))
    forge.signers = lambda value, keys: [*keys[:2]] if value["step"] == NOTE else keys


@case("one person twice, who also signed twice", 8)
def _(forge: Forge) -> None:
    forge.entry = on(NOTE, lambda value: value["people"].__setitem__(1, value["people"][0]))
    forge.signers = lambda value, keys: [*keys[:2], keys[1]] if value["step"] == NOTE else keys


@case("one person alone where it takes two", 8)
def _(forge: Forge) -> None:
    forge.entry = on(NOTE, lambda value: value["people"].pop())
    forge.signers = lambda value, keys: keys[:2] if value["step"] == NOTE else keys


@case("one person alone where one is enough only after a stop", 8)
def _(forge: Forge) -> None:
    isolated = forging.turn(Step.DEVICE_ISOLATED, "ab")
    forge.story = [*forging.FULL[:15], isolated, *forging.FULL[15:]]


@case("nobody where it takes two", 8)
def _(forge: Forge) -> None:
    forge.entry = on(NOTE, lambda value: value["people"].clear())
    forge.signers = lambda value, keys: keys[:1] if value["step"] == NOTE else keys


@case("the computer's key as a person's", 8)
def _(forge: Forge) -> None:
    forge.keysets = [
        replace(k, people=tuple(_as_computer(p) for p in k.people)) for k in forge.keysets
    ]
    forge.entry = _computer_signs
    forge.story = [
        replace(t, changes={**t.changes, "sha256": forge.keysets[1].digest})
        if t.step is Step.KEYSET_CHANGED
        else replace(t, people=("kl", "ab"))
        if t.step is Step.COMPUTER_CHECKED
        else t
        for t in forge.story
    ]
    forge.signers = lambda value, keys: (
        [keys[0], keys[2]] if value["step"] == Step.COMPUTER_CHECKED else keys
    )


def _as_computer(person: Any) -> Any:  # noqa: ANN401
    return replace(person, key=COMPUTER.public) if person.id == "kl" else person


def _computer_signs(value: Value, turn: Any) -> None:  # noqa: ANN401
    if turn.step is Step.COMPUTER_CHECKED:
        value["people"][0]["key"] = COMPUTER.public.hex()
