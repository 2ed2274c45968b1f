"""Checks 2 and 3: the bag, and the statement over all members."""

import base64
import json
from typing import Any

from cast import key_of
from negative.case import CASES, Case, case
from negative.forge import BUNDLE, Forge
from negative.pieces import Members, Value, encoded, enveloped


def _bag(name: str, member: str, old: bytes, new: bytes) -> None:
    def bend(forge: Forge) -> None:
        def change(members: Members) -> None:
            assert old in members[member]
            members[member] = members[member].replace(old, new, 1)

        forge.bag = change

    CASES.append(Case(name, 2, bend))


_bag("a manifest with one blank", "manifest-sha256.txt", b"  data", b" data")
_bag("a manifest with line ends of another system", "manifest-sha256.txt", b"\n", b"\r\n")
_bag("a manifest that names another member", "manifest-sha256.txt", b"case.jsonld", b"case.json00")
_bag("a tag manifest that misses a member", "tagmanifest-sha256.txt", b"bagit.txt", b"bagit.tx")
_bag("another program in the bag", "bag-info.txt", b"forge 1", b"forge 2")
_bag("another day in the bag", "bag-info.txt", b"2026-11-30", b"2026-11-29")
_bag("another case in the bag", "bag-info.txt", b"2026-001", b"2026-002")
_bag("another length in the bag", "bag-info.txt", b"Oxum: 1", b"Oxum: 2")


@case("a manifest that misses its last line", 2)
def _(forge: Forge) -> None:
    def change(members: Members) -> None:
        text = members["manifest-sha256.txt"]
        members["manifest-sha256.txt"] = text[: text[:-1].rindex(b"\n") + 1]

    forge.bag = change


@case("no manifest", 2)
def _(forge: Forge) -> None:
    forge.bag = lambda members: members.pop("manifest-sha256.txt")


@case("a manifest that names a member that is not there", 2)
def _(forge: Forge) -> None:
    def change(members: Members) -> None:
        members["manifest-sha256.txt"] += b"0" * 64 + b"  data/withheld/x.age\n"

    forge.bag = change


def _members(name: str, change: Any, expect: int = 3, *also: int) -> None:  # noqa: ANN401
    def bend(forge: Forge) -> None:
        forge.members = change

    CASES.append(Case(name, expect, bend, also))


def _swap(members: Members, one: str, other: str) -> None:
    members[one], members[other] = members[other], members[one]


NOTE = "data/log/000013"
_members("exhibits swapped", lambda m: _swap(m, "data/exhibits/AB-1.png", "data/exhibits/AB-2.txt"))
_members("entries swapped", lambda m: _swap(m, "data/log/000007.json", "data/log/000009.json"))
_members("an exhibit changed", lambda m: m.update({"data/exhibits/AB-1.png": b"another"}))
_members("an exhibit gone", lambda m: m.pop("data/exhibits/AB-1.png"))
_members("a receipt gone", lambda m: m.pop("data/receipts/16.txt"))
_members("an entry gone", lambda m: m.pop("data/log/000007.json"))
_members("a paper more", lambda m: m.update({"data/papers/extra.pdf": b"%PDF"}))
_members("an exhibit more", lambda m: m.update({"data/exhibits/AB-3.png": b"x"}))
_members("another page for people", lambda m: m.update({"data/START-HERE.html": b"<p>guilty"}))
_members("other commands for stock tools", lambda m: m.update({"VERIFY.txt": b"true\n"}))
_members("no checkpoint", lambda m: m.pop("data/checkpoint"))
_members("another PAE beside the statement", lambda m: m.update({"data/bundle.pae": b"x"}))
_members("no PAE beside the statement", lambda m: m.pop("data/bundle.pae"))
_members("a signature file of the statement gone", lambda m: m.pop("data/bundle.ab.sig"))
_members("signature files swapped", lambda m: _swap(m, "data/bundle.ab.sig", "data/bundle.cd.sig"))
_members("a signature file more", lambda m: m.update({"data/bundle.ef.sig": bytes(64)}))


def _unread(name: str, content: bytes | None) -> None:
    def bend(forge: Forge) -> None:
        def change(members: Members) -> None:
            del members["data/bundle.json"]
            members |= {"data/bundle.json": content} if content is not None else {}

        forge.bag = change

    CASES.append(Case(name, 3, bend))


_unread("no statement", None)
_unread("an empty statement", b"{}")
_unread("a statement that is no JSON", b"\xff")
_unread("a statement that is too deep", b"[" * 99_999)
_unread("a statement that is a list", b"[]")
_unread("a statement whose type is a number", b'{"payloadType":1}')


def _unsigned(members: Members) -> Value:
    value: Value = json.loads(members["data/bundle.json"])
    return value


@case("a statement with a signature that was changed", 3)
def _(forge: Forge) -> None:
    def change(members: Members) -> None:
        value = _unsigned(members)
        sig = bytearray(base64.b64decode(value["signatures"][1]["sig"]))
        sig[5] ^= 1
        value["signatures"][1]["sig"] = base64.b64encode(sig).decode()
        members["data/bundle.json"] = encoded(value)

    forge.members = change


@case("a statement with blanks", 3)
def _(forge: Forge) -> None:
    forge.members = lambda m: m.update({"data/bundle.json": m["data/bundle.json"] + b"\n"})


def _stating(name: str, change: Any, *also: int) -> None:  # noqa: ANN401
    def bend(forge: Forge) -> None:
        forge.stating = change

    CASES.append(Case(name, 3, bend, also))


_stating("a statement that one did not sign", lambda keys: keys[:2])
_stating("a statement that the computer did not sign", lambda keys: keys[1:])
_stating("a statement that nobody signed", lambda _: [])
_stating("a statement that a stranger signed", lambda keys: [*keys[:2], key_of("stranger")])
_stating("a statement that one more signed", lambda keys: [*keys, key_of("ef")])
_stating("a statement that one signed twice", lambda keys: [*keys[:2], keys[1]])


def _statement(name: str, expect: int = 3, *also: int, **changes: object) -> None:
    def bend(forge: Forge) -> None:
        forge.statement = lambda value: value.update(changes)

    CASES.append(Case(name, expect, bend, also))


AB, CD = ({"id": i, "key": key_of(i).public.hex()} for i in ("ab", "cd"))
_statement("a kind that there is not", kind="partial")
_statement("practice that is a number", practice=1)
_statement("a program with a line end", program="forge\n1")
_statement("no program", program="")
_statement("a time that is none", made="yesterday")
_statement("a day that there is not", made="2026-02-30T12:00:00Z")
_statement("no people", people=[])
_statement("one key under two names", people=[AB, {**AB, "id": "cd"}])
_statement("one person twice in the statement", people=[AB, AB])
_statement("people in another order", people=[CD, AB])
_statement("three people", people=[AB, CD, {"id": "ef", "key": key_of("ef").public.hex()}])
_statement("a field more", more=1)
_statement("an exhibit with a field more", exhibits=[{"ref": "AB/1"}])
_statement("a name of an exhibit that climbs out", exhibits=[
    {"ref": "AB/1", "name": "../AB-1.png", "media": "image/png", "sha256": "0" * 64, "size": 1}
])  # fmt: skip
_statement("a case that is none", case="2026-001/../..")
_statement("a time that is a number", made=5)
_statement("a last entry that is true", last={"case_seq": True, "index": 17, "leaf": "0" * 64})
_statement("a last entry in words", last={"case_seq": 9, "index": "17", "leaf": "0" * 64})
_statement("a head over nothing", checkpoint={"size": 0, "root": "0" * 64})
_statement("a list of people before the first", keyset={"version": 0, "sha256": "0" * 64})
_statement("no members", members=[])
_statement(
    "a kind of exhibit that is no kind",
    exhibits=[{"ref": "AB/1", "name": "A", "media": "<b>", "sha256": "0" * 64, "size": 1}],
)
_statement("a version to come", 42, v=2)
_statement("a version before the first", v=0)
_statement("a version that is true", v=True)


def _listing(name: str, change: Any) -> None:  # noqa: ANN401
    def bend(forge: Forge) -> None:
        forge.statement = lambda value: change(value["members"])

    CASES.append(Case(name, 3, bend))


_listing("a list without a member that is there", lambda members: members.pop(3))
_listing("a list with a member twice", lambda members: members.insert(3, members[3]))
_listing("a list in another order", lambda members: members.reverse())
_listing("a list with another length", lambda members: members[3].update(size=1))
_listing("a list with another fingerprint", lambda members: members[3].update(sha256="0" * 64))
_listing(
    "a list with a member that is not there",
    lambda members: members.insert(0, {"name": "A", "sha256": "0" * 64, "size": 1}),
)


def _without(name: str, gone: str) -> None:
    def bend(forge: Forge) -> None:
        def change(value: Value) -> None:
            value["members"] = [m for m in value["members"] if m["name"] != gone]

        forge.statement = change
        forge.members = lambda members: members.pop(gone)

    CASES.append(Case(name, 3, bend))


_without("no page for people, by agreement of all", "data/START-HERE.html")
_without("nothing for other systems, by agreement of all", "data/case.jsonld")
_without("no checkpoint, by agreement of all", "data/checkpoint")


def _stated(name: str, old: bytes, new: bytes) -> None:
    def bend(forge: Forge) -> None:
        def change(content: bytes) -> bytes:
            assert old in content
            return content.replace(old, new, 1)

        forge.stated = change

    CASES.append(Case(name, 3, bend))


_stated("a statement with a key twice", b'"v":1', b'"v":1,"v":1')
_stated("a statement with a fraction", b'"v":1', b'"v":1.0')
_stated("a statement with nothing where a case belongs", b'"case":"2026-001"', b'"case":null')
_stated("a statement with its keys in another order", b'{"case":', b'{"a":1,"A":2,"case":')
_stated("a statement with blanks inside", b'"v":1', b'"v": 1')
_stated("a statement without a version", b'"v":1,', b"")
_stated(
    "a statement of the vault of somebody else, in odd letters", b"hill-view", b"h\xc3\xadll-vie"
)


@case("a statement that says nothing", 3)
def _(forge: Forge) -> None:
    forge.bag = lambda members: members.update(
        {"data/bundle.json": enveloped(b"[]", BUNDLE, [key_of("ab")])}
    )


@case("a statement of a type to come", 42)
def _(forge: Forge) -> None:
    forge.type = "application/vnd.counterseal.bundle.v2+json"


@case("a statement under the type of an entry", 42)
def _(forge: Forge) -> None:
    forge.type = "application/vnd.counterseal.entry.v1+json"
