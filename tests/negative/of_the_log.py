"""Checks 9 to 13: the head, the proofs, the links, and the procedure."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cast import COMPUTER, MACHINE, PROGRAM, key_of, recipient_of, said_no
from counterseal.custody import checkpoint, merkle
from counterseal.custody.checkpoint import Checkpoint, Note
from counterseal.custody.facts import Step
from counterseal.policy import profile
from negative import forge as forging
from negative.case import CASES, Case, case, facts, on, sets
from negative.forge import FULL, RECORD_ONLY, Forge, Turn, turn
from negative.pieces import Members, beside, encoded, enveloped, line

NOTE = Step.NOTE_ADDED
WHEN = 1_796_000_000

# ------------------------------------------------------------------ 9 and 10: the signed head


def _head(name: str, change: Callable[[Checkpoint], Checkpoint], *also: int) -> None:
    def bend(forge: Forge) -> None:
        forge.head = change
        forge.statement = lambda value: value["checkpoint"].update(
            size=len(forge.log), root=_root(forge).hex()
        )

    CASES.append(Case(name, 9, bend, also))


def _root(forge: Forge) -> bytes:
    return merkle.root_of([merkle.leaf_hash(made.leaf) for made in forge.log])


_head("a head of another record", lambda head: replace(head, origin="x/" + "0" * 32))
_head("a head over one entry more", lambda head: replace(head, size=head.size + 1))
_head("a head with another root", lambda head: replace(head, root=bytes(32)))


@case("a head after the last entry, and a record that goes on", 9)
def _(forge: Forge) -> None:
    forge.story = [*FULL, turn(Step.CASE_REPORTED, "gh", case="2026-004")]


@case("a head before the last entry", 9)
def _(forge: Forge) -> None:
    def change(head: Checkpoint) -> Checkpoint:
        hashes = [merkle.leaf_hash(made.leaf) for made in forge.log][:-1]
        return Checkpoint(head.origin, len(hashes), merkle.root_of(hashes))

    forge.head = change


@case("a head before the last entry of a stopped case", 9)
def _(forge: Forge) -> None:
    forge.story, forge.full = RECORD_ONLY, False

    def change(head: Checkpoint) -> Checkpoint:
        hashes = [merkle.leaf_hash(made.leaf) for made in forge.log][:-1]
        return Checkpoint(head.origin, len(hashes), merkle.root_of(hashes))

    forge.head = change


def _note(name: str, expect: int, change: Callable[[Note], Note], *also: int) -> None:
    def bend(forge: Forge) -> None:
        forge.note = change

    CASES.append(Case(name, expect, bend, also))


def _cosigned(head: Checkpoint, *people: tuple[str, str]) -> Note:
    note = checkpoint.sign(head, COMPUTER)
    for name, key in people:
        note = note.cosigned({name: key_of(key)}, WHEN)
    return note


def _bent(note: Note, place: int, at: int) -> Note:
    signatures = list(note.signatures)
    blob = bytearray(signatures[place].blob)
    blob[at] ^= 1
    signatures[place] = replace(signatures[place], blob=bytes(blob))
    return replace(note, signatures=tuple(signatures))


_note("a head that another computer signed", 9, lambda n: checkpoint.sign(n.head, key_of("x")))
_note("a head with a bad signature of the computer", 9, lambda n: _bent(n, 0, 9))
_note("a head that the computer did not sign", 9, lambda n: replace(n, signatures=n.signatures[1:]))
_note("a head that nobody cosigned", 10, lambda n: replace(n, signatures=n.signatures[:1]))
_note("a head that one did not cosign", 10, lambda n: replace(n, signatures=n.signatures[:2]))
_note("a head with a bad cosignature", 10, lambda n: _bent(n, 1, 40))
_note("a head with another time in a cosignature", 10, lambda n: _bent(n, 2, 7))
_note("a head that one cosigned twice", 10, lambda n: _cosigned(n.head, ("ab", "ab"), ("ab", "ab")))
_note(
    "a head with one key under two names",
    10,
    lambda n: _cosigned(n.head, ("ab", "ab"), ("cd", "ab")),
)
_note("a head that a stranger cosigned", 10, lambda n: _cosigned(n.head, ("ab", "ab"), ("cd", "x")))
_note("cosignatures in another order", 10, lambda n: _cosigned(n.head, ("cd", "cd"), ("ab", "ab")))
_note("a cosignature more", 10, lambda n: n.cosigned({"ef": key_of("ef")}, WHEN))
_note("a cosignature over another head", 10, lambda n: replace(
    n, signatures=(n.signatures[0], *_cosigned(
        replace(n.head, size=5), ("ab", "ab"), ("cd", "cd")).signatures[1:])
))  # fmt: skip


def _recorded(name: str, expect: int, change: Any, *also: int) -> None:  # noqa: ANN401
    def bend(forge: Forge) -> None:
        forge.recorded = lambda members: change(forge, members)

    CASES.append(Case(name, expect, bend, also))


CHECKPOINT = "data/checkpoint"
_recorded("a head that is no note", 9, lambda _, m: m.update({CHECKPOINT: b"x\n"}))
_recorded("a head that is no text", 9, lambda _, m: m.update({CHECKPOINT: b"\xff"}))
_recorded("a head with a line more", 9, lambda _, m: m.update({CHECKPOINT: m[CHECKPOINT] + b"\n"}))
_recorded(
    "a head with other line ends",
    9,
    lambda _, m: m.update({CHECKPOINT: m[CHECKPOINT].replace(b"\n", b"\r\n")}),
)

# ------------------------------------------------------------------------------ 11: inclusion


def _proof(name: str, change: Callable[[bytes], bytes]) -> None:
    def bend(forge: Forge) -> None:
        def recorded(members: Members) -> None:
            proof = f"{forge.stem(NOTE)}.tlog-proof"
            bent = change(members[proof])
            assert bent != members[proof]
            members[proof] = bent

        forge.recorded = recorded

    CASES.append(Case(name, 11, bend))


HEADER = b"c2sp.org/tlog-proof@v1\nindex 13\n"
_proof(
    "a proof with another hash",
    lambda p: p.replace(p[len(HEADER) : len(HEADER) + 45], line(bytes(32)), 1),
)
_proof("a proof with a hash fewer", lambda p: HEADER + p[len(HEADER) + 45 :])
_proof("a proof with a hash more", lambda p: HEADER + line(bytes(32)) + p[len(HEADER) :])
_proof(
    "a proof with a short hash",
    lambda p: HEADER + base64.b64encode(bytes(31)) + b"\n" + p[len(HEADER) + 45 :],
)
_proof("a proof for another place", lambda p: p.replace(b"index 13", b"index 12"))
_proof("a proof for a place with a zero before it", lambda p: p.replace(b"index 13", b"index 013"))
_proof("a proof of another version", lambda p: p.replace(b"@v1", b"@v2"))
_proof("a proof with something extra", lambda p: p.replace(b"@v1\n", b"@v1\nextra AAAA\n"))
_proof("a proof that leads to another head", lambda p: p.replace(b"\n18\n", b"\n19\n"))
_proof("a proof that ends early", lambda p: p[:-1])
_proof("a proof without a head", lambda p: p[: p.index(b"\n\n") + 2])
_proof("a proof with letters that are no base64", lambda p: HEADER + b"#" + p[len(HEADER) + 1 :])
_proof(
    "a proof with bits that mean nothing",
    lambda p: p.replace(
        p[len(HEADER) : len(HEADER) + 45],
        p[len(HEADER) : len(HEADER) + 42] + _next(p[len(HEADER) + 42]) + b"=\n",
        1,
    ),
)
_proof("no proof", lambda _: b"")
_recorded("a proof gone", 11, lambda f, m: m.pop(f"{f.stem(NOTE)}.tlog-proof"))


def _next(letter: int) -> bytes:
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    place = letters.index(letter)
    return letters[place | 1 : (place | 1) + 1]


@case("an entry that is signed by all and not in the record", 11)
def _(forge: Forge) -> None:
    def change(members: Members) -> None:
        made = forge.at(NOTE)
        made.value["facts"]["about"] = "AB/2"
        people = {p["id"]: key_of(p["id"]) for p in made.value["people"]}
        keys = [COMPUTER, *people.values()]
        leaf = enveloped(encoded(made.value), forging.ENTRY, keys)
        who = {"computer": COMPUTER.public, **{i: k.public for i, k in people.items()}}
        members[f"{forge.stem(NOTE)}.json"] = leaf
        members |= beside(forge.stem(NOTE), leaf, who)

    forge.recorded = change


# -------------------------------------------------------------------------------- 12: links


def _entry(name: str, expect: int, change: Any, *also: int) -> None:  # noqa: ANN401
    def bend(forge: Forge) -> None:
        forge.entry = change

    CASES.append(Case(name, expect, bend, also))


ZERO = base64.b64encode(bytes(32)).decode()
_entry("another root before an entry", 12, sets(NOTE, prev_root=ZERO))
_entry("another root before the first entry", 12, sets(Step.VAULT_CREATED, prev_root=ZERO))
_entry("another root before the last entry", 12, sets(Step.EXPORT_OPENED, prev_root=ZERO))
_entry("another entry before one", 12, sets(NOTE, case_prev="0" * 64))
_entry(
    "another entry before the first of the case", 12, sets(Step.CASE_REPORTED, case_prev="1" * 64)
)
_entry(
    "another entry before one of the record's own",
    12,
    sets(Step.COMPUTER_CHECKED, case_prev="0" * 64),
)
_entry("a number of the case left out", 12, sets(NOTE, case_seq=9))
_entry("a number of the case twice", 12, sets(NOTE, case_seq=6))
_entry("a number of the record twice", 12, sets(Step.HANDOVER_KEY_CHECKED, case_seq=1))


def _left_out(name: str, *steps: Step, also: tuple[int, ...] = ()) -> None:
    """Leave entries out with everything about them; the statement says nothing of it."""

    def bend(forge: Forge) -> None:
        def change(members: Members) -> None:
            for step in steps:
                stem = forge.stem(step)
                for each in [n for n in members if n.startswith(f"{stem}.")]:
                    del members[each]
                members.pop(stem.replace("log", "openings") + ".json", None)
                if step is Step.CASE_REPORTED:  # nothing else has that person's key
                    del members[f"data/keys/gh-{key_of('gh').public.hex()[:16]}.pem"]

        forge.recorded = change

    CASES.append(Case(name, 12, bend, also))


_left_out("an entry of the case left out", NOTE)
_left_out("the first entries of the case left out", Step.CASE_REPORTED, also=(13,))


@case("the last entries of the case left off, and the statement left as it was", 12, 13)
def _(forge: Forge) -> None:
    def change(members: Members) -> None:
        stem = forge.stem(Step.EXPORT_OPENED)
        for name in [n for n in members if n.startswith(f"{stem}.")]:
            del members[name]
        members.pop(stem.replace("log", "openings") + ".json")

    forge.recorded = change


@case("the last entries of the case left off, and a statement that fits", 13)
def _(forge: Forge) -> None:
    forge.story = FULL[:-3]


@case("a statement with another last entry", 12)
def _(forge: Forge) -> None:
    forge.statement = lambda value: value["last"].update(leaf="0" * 64)


# ----------------------------------------------------------------------------- 13: procedure


def _facts(name: str, step: Step, **changes: object) -> None:
    _entry(name, 13, facts(step, **changes))


YES = [*said_no("ab"), {"person": "cd", "image": "yes", "other": "no"}]
_facts("a safety answer that was not no", Step.EXHIBIT_CAPTURED, answers=YES)
_facts("safety answers of one person", Step.EXHIBIT_CAPTURED, answers=said_no("ab", "ab"))
_facts("safety answers of somebody else", Step.EXHIBIT_CAPTURED, answers=said_no("ab", "kl"))
_facts("safety answers that were too old", Step.EXHIBIT_CAPTURED, age_ms=20_001)
_facts(
    "a safety answer that was not no, to what was handed over", Step.EXHIBIT_SUPPLIED, answers=YES
)
_facts("a picture that nobody looked at", Step.EXHIBIT_CAPTURED, previewed=False)
_facts("a picture of no screen", Step.EXHIBIT_CAPTURED, backend="practice-card")
_facts("an exhibit of no concern", Step.EXHIBIT_CAPTURED, concern=2)
_facts("a concern left out", Step.CONCERN_RECORDED, concern=2)
_facts("a session at another computer", Step.SESSION_OPENED, machine=PROGRAM)
_facts("a session with a conflict of interest", Step.SESSION_OPENED, conflict=True)
_facts("a session in which not every exhibit was read back", Step.SESSION_CLOSED, exhibits=1)
_facts("an authorisation that is not proportionate", Step.CASE_AUTHORISED, proportionate=False)
_facts("an authorisation by one who investigates", Step.CASE_AUTHORISED, authoriser="ab")
_facts("a category that stops everything", Step.CASE_TRIAGED, category=1, **{"class": "HS"})
_facts("a class that is not the category's", Step.CASE_TRIAGED, **{"class": "SA"})
_facts("a gate that was not opened", Step.CASE_TRIAGED, category=15, **{"class": "PR"})
_facts("investigators who did not sign", Step.CASE_TRIAGED, investigators=["ab", "kl"])
_facts("somebody signs whom the case concerns", Step.CASE_REPORTED, barred=["cd"])
_facts("an opening of fewer exhibits than there are", Step.EXPORT_OPENED, exhibits=1)
_facts("a note about an exhibit that there is not", NOTE, about="AB/7")
_facts(
    "a check of another handover key",
    Step.HANDOVER_KEY_CHECKED,
    handover=recipient_of("x"),
)
_facts(
    "a check of another computer",
    Step.COMPUTER_CHECKED,
    machine=hashlib.sha256(MACHINE.encode()).hexdigest(),
)
_entry(
    "nobody was present at a session",
    13,
    on(Step.SESSION_OPENED, lambda v: v["people"][1].update(present=False)),
)
_entry(
    "an exhibit under another reference",
    13,
    on(Step.EXHIBIT_SUPPLIED, lambda v: v["exhibits"][0].update(ref="AB/3")),
    15,
)


def _story(name: str, change: Callable[[list[Turn]], object], *also: int) -> None:
    def bend(forge: Forge) -> None:
        story = list(forge.story)
        change(story)
        forge.story = story

    CASES.append(Case(name, 13, bend, also))


def _place(story: list[Turn], step: Step) -> int:
    return next(n for n, t in enumerate(story) if t.step is step and t.case != "2026-002")


def _by(step: Step, *people: str, **changes: object) -> Callable[[list[Turn]], None]:
    def change(story: list[Turn]) -> None:
        place = _place(story, step)
        turned = story[place]
        story[place] = replace(turned, people=people, changes={**turned.changes, **changes})

    return change


_story("a step that others signed", _by(NOTE, "ab", "kl"))
_story("a session that others opened", _by(Step.SESSION_OPENED, "ab", "kl"))
_story("an authorisation that the Headteacher did not sign", _by(Step.CASE_AUTHORISED, "ab", "cd"))
_story(
    "an authorisation by somebody who may not",
    _by(Step.CASE_AUTHORISED, "ab", "cd", "kl", authoriser="kl", reserve=""),
)
_story(
    "a triage by one who is no investigator",
    _by(Step.CASE_TRIAGED, "ab", "ef", investigators=["ab", "ef"]),
)
_story("a step that a third signed too", _by(NOTE, "ab", "cd", "ef"))
_story("a session before it was authorised", lambda s: s.pop(_place(s, Step.CASE_AUTHORISED)))
_story("a case that was never triaged", lambda s: s.pop(_place(s, Step.CASE_TRIAGED)))
_story("a handover key that was never tried", lambda s: s.pop(_place(s, Step.HANDOVER_KEY_CHECKED)))
_story("an exhibit outside a session", lambda s: s.pop(_place(s, Step.SESSION_OPENED)))
_story("an opening while a session is open", lambda s: s.pop(_place(s, Step.SESSION_CLOSED)))
_story(
    "an exhibit while the session is paused",
    lambda s: s.insert(_place(s, Step.EXHIBIT_CAPTURED), turn(Step.SESSION_PAUSED)),
)
_story("a record that begins twice", lambda s: s.insert(1, turn(Step.VAULT_CREATED, "ab", "cd")))


@case("somebody dropped from the list of people", 13)
def _(forge: Forge) -> None:
    people = tuple(p for p in forging.KEYSET_2.people if p.id != "mn")
    forge.keysets[1] = replace(forging.KEYSET_2, people=people)
    _by(Step.KEYSET_CHANGED, "ab", "cd", sha256=forge.keysets[1].digest)(story := [*forge.story])
    forge.story = story


BASE = profile.base().content


def _profile(name: str, content: bytes, *also: int) -> None:
    """Adopt other rules, with everybody's signature."""

    def bend(forge: Forge) -> None:
        digest = hashlib.sha256(content).hexdigest()
        adopted = turn(Step.PROFILE_ADOPTED, "ab", "cd", sha256=digest, size=len(content))
        forge.story = [*FULL[:3], adopted, *FULL[3:]]
        forge.profiles.append(content)

    CASES.append(Case(name, 13, bend, also))


def _line(old: bytes, new: bytes) -> bytes:
    assert old in BASE, old
    return BASE.replace(old, new, 1)


_profile("rules that loosen", _line(b"assessed = true", b"assessed = false"))
_profile(
    "rules that leave somebody out who is told",
    BASE[: BASE.rindex(b"[told.")] + BASE[BASE.index(b"[", BASE.rindex(b"[told.") + 1) :],
)
_profile("rules that are no TOML", b"\xff\xfe")
_profile("rules with a table that there is not", BASE + b"\n[more]\na = 1\n")
_profile("rules that are far too deep", b"a = " + b"[" * 20_000)


@case("rules that no entry names", 13)
def _(forge: Forge) -> None:
    forge.profiles.append(BASE + b"\n# more\n")


@case("rules that are missing", 13)
def _(forge: Forge) -> None:
    name = f"data/profiles/{hashlib.sha256(BASE).hexdigest()}.toml"
    forge.recorded = lambda members: members.pop(name)


@case("other rules under the name of those that were signed", 13)
def _(forge: Forge) -> None:
    name = f"data/profiles/{hashlib.sha256(BASE).hexdigest()}.toml"
    forge.recorded = lambda members: members.update({name: BASE + b"\n"})


@case("rules that were not in force", 13)
def _(forge: Forge) -> None:
    other = BASE + b"\n# another school\n"
    forge.profiles.append(other)
    forge.entry = sets(NOTE, policy=hashlib.sha256(other).hexdigest())


@case("another length of the rules that were adopted", 13)
def _(forge: Forge) -> None:
    other = BASE + b"\n# another school\n"
    digest = hashlib.sha256(other).hexdigest()
    adopted = turn(Step.PROFILE_ADOPTED, "ab", "cd", sha256=digest, size=7)
    forge.story = [*FULL[:3], adopted, *FULL[3:]]
    forge.profiles.append(other)


def _kind(name: str, story: Any, *also: int, full: bool, **changes: object) -> None:  # noqa: ANN401
    def bend(forge: Forge) -> None:
        forge.story, forge.full = story, full
        forge.statement = lambda value: value.update(changes)

    CASES.append(Case(name, 13, bend, also))


_kind("a case that was stopped, said to be whole", RECORD_ONLY[:-3], 14, full=True)
_kind("a case that was not stopped, as its record alone", FULL, full=False)
_kind("a case from practice that is said to be real", FULL, 16, full=True, practice=True)
_kind(
    "something after a stop that does not belong there",
    (*RECORD_ONLY, turn(NOTE, "ab", "cd")),
    full=False,
)
_kind(
    "a record that goes on although it was stopped",
    (*RECORD_ONLY, turn(Step.COMPUTER_CHECKED, "ab", "cd")),
    full=False,
)


@case("a statement by others than those who opened everything", 13)
def _(forge: Forge) -> None:
    forge.cosigners = ("ef", "gh")


@case("a statement by one alone", 13)
def _(forge: Forge) -> None:
    forge.cosigners = ("ab",)
