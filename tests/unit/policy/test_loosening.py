"""Every way to loosen a rule of the base profile is refused, with the rule named.

The ways are listed here by hand, from what each rule means, and not taken from the code that
refuses them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterseal.errors import PolicyError
from counterseal.policy import profile, tighten
from counterseal.policy.profile import BASE, NAMES
from counterseal.policy.tighten import Direction
from unit.policy.editing import Table, load, whole

Edit = Callable[[Table], None]
ORDER = ("C", "SA", "PR", "NC", "HS")
GATES = {"C": [], "SA": ["advice"], "PR": ["police"]}


def put(value: object, *path: str) -> Edit:
    """Set a value."""

    def edit(table: Table) -> None:
        held: Any = table
        for key in path[:-1]:
            held = held[key]
        held[path[-1]] = value

    return edit


def without(item: object, *path: str) -> Edit:
    """Take something out of a list."""

    def edit(table: Table) -> None:
        held: Any = table
        for key in path:
            held = held[key]
        held.remove(item)

    return edit


def gone(*path: str) -> Edit:
    """Leave something out altogether."""

    def edit(table: Table) -> None:
        held: Any = table
        for key in path[:-1]:
            held = held[key]
        del held[path[-1]]

    return edit


def both(*edits: Edit) -> Edit:
    """Make several changes."""

    def edit(table: Table) -> None:
        for one in edits:
            one(table)

    return edit


Way = tuple[str, str, Edit]
"""What is done, the rule that has to be named, and the change."""


def lowered(base: Table) -> Iterator[Way]:
    """Every class, milder class and gate that could be lowered or dropped."""
    for number, category in base["category"].items():
        name, path = f"category {number}", ("category", number)
        for low in ORDER[: ORDER.index(category["class"])]:
            yield f"{name} to {low}", f"{name}, class", put(low, *path, "class")
            if "lesser" not in category:
                milder = both(put(low, *path, "lesser"), put("at times", *path, "lesser_label"))
                yield f"{name} at times {low}", f"{name}, lesser", milder
        for low in ORDER[: ORDER.index(category.get("lesser", "C"))]:
            yield f"{name} milder to {low}", f"{name}, lesser", put(low, *path, "lesser")
        opened = category.get("gates", GATES.get(category["class"], []))
        for gate in opened:
            left = [g for g in opened if g != gate]
            yield f"{name} no {gate}", f"{name}, gates", put(left, *path, "gates")


def collected(base: Table) -> Iterator[Way]:
    """Every category that could be renamed, widened, collected or pictured."""
    for number, category in base["category"].items():
        name, path = f"category {number}", ("category", number)
        yield f"{name} renamed", f"{name}, label", put("Something harmless", *path, "label")
        if category["log_only"]:
            yield f"{name} collected", f"{name}, log_only", put(OFF, *path, "log_only")
        if not category["pictures"]:
            yield f"{name} pictures", f"{name}, pictures", put(ON, *path, "pictures")
        if "lesser" in category:
            wider = put("nearly always", *path, "lesser_label")
            yield f"{name} milder wider", f"{name}, lesser_label", wider


def switched(base: Table) -> Iterator[Way]:
    """Every switch turned, and everybody left out who is asked first."""
    for section, key in (("advice", "before_review"), ("approval", "consulted")):
        for item in base[section][key]:
            yield f"{section} no {item}", f"{section}, {key}", without(item, section, key)
    for section, key in (
        *(("approval", "private"), ("approval", "assessed"), ("police", "wishes")),
        *(("police", "reason"), ("police", "threats"), ("media", "encrypted")),
        *(("media", "recipient_checked"), ("monitoring", "users_told")),
    ):  # fmt: skip
        yield f"{section} {key} off", f"{section}, {key}", put(OFF, section, key)
    for key in ("plain_email", "own_devices"):
        yield f"media {key} on", f"media, {key}", put(ON, "media", key)


def untold(base: Table) -> Iterator[Way]:
    """Everybody who could be told later, or not at all, or by somebody else's leave."""
    for rule, held in base["told"].items():
        name, path = f"told {rule}", ("told", rule)
        yield f"{name} gone", name, gone(*path)
        yield f"{name} other", f"{name}, who", put(["technical-support"], *path, "who")
        yield f"{name} or else", f"{name}, or_else", put(["parents"], *path, "or_else")
        yield from narrowed(name, path, held, "who", "subjects", "categories")
        for later in WHEN[: WHEN.index(held["when"])]:
            yield f"{name} {later}", f"{name}, when", put(later, *path, "when")
    yield "the Head told of the Head", "stand_in headteacher, by", put("headteacher", *STAND, "by")
    yield "a friend for the Head", "stand_in headteacher, by", put("senior-leader", *STAND, "by")
    yield "the DSL told of the DSL", "stand_in dsl, by", put("dsl", "stand_in", "dsl", "by")


def unasked(base: Table) -> Iterator[Way]:
    """Every question that could be left out, turned, moved or kept for fewer cases."""
    for rule, held in base["ask"].items():
        name, path = f"ask {rule}", ("ask", rule)
        yield f"{name} gone", name, gone(*path)
        yield f"{name} renamed", f"{name}, label", put("Is all well?", *path, "label")
        yield f"{name} moved", f"{name}, at", put("close", *path, "at")
        yield from narrowed(name, path, held, "subjects", "categories")


def relabelled(base: Table) -> Iterator[Way]:
    """Every incident and outcome that could be given another meaning."""
    for kind in ("pupil_incident", "staff_incident"):
        for rule in base[kind]:
            name = f"{kind} {rule}"
            yield f"{name} renamed", f"{name}, label", put("A trifle", kind, rule, "label")
    for rule in base["outcome"]:
        yield f"outcome {rule} gone", f"outcome {rule}", gone("outcome", rule)
    moved = put("internal", "outcome", "police", "group")
    yield "police as internal", "outcome police, group", moved


def narrowed(name: str, path: tuple[str, ...], held: Table, *keys: str) -> Iterator[Way]:
    """Every item of a list of two or more left out."""
    for key in keys:
        for item in held[key] if len(held[key]) > 1 else ():
            yield f"{name} {key} no {item}", f"{name}, {key}", without(item, *path, key)


ON, OFF = True, False
WHEN = ("soon", "same-day", "at-once")
STAND = ("stand_in", "headteacher")
MAKERS = (lowered, collected, switched, untold, unasked, relabelled)
WAYS = {done: (rule, edit) for maker in MAKERS for done, rule, edit in maker(whole())}


def test_there_are_ways_for_every_class_and_rule() -> None:
    assert len(WAYS) >= 450


@pytest.mark.parametrize("done", WAYS)
def test_a_rule_that_is_loosened_is_refused_by_name(done: str) -> None:
    rule, edit = WAYS[done]
    table = whole()
    edit(table)
    with pytest.raises(PolicyError) as refused:
        load(table)
    assert f"loosened: {rule}" in refused.value.what, refused.value.what
    assert refused.value.exit_status == 80


@pytest.mark.parametrize("name", NAMES)
def test_no_profile_gives_leave_to_loosen_the_base_profile(name: str) -> None:
    """A school that starts from one of the five has the same floor."""
    for done, (rule, edit) in list(WAYS.items())[::7]:
        table = whole(name)
        edit(table)
        with pytest.raises(PolicyError) as refused:
            load(table)
        assert rule in refused.value.what, done


@settings(max_examples=60, deadline=None)
@given(st.sampled_from((BASE, *NAMES)), st.lists(st.sampled_from(sorted(WAYS)), min_size=2))
def test_several_at_once_are_refused(name: str, chosen: list[str]) -> None:
    """One change does not hide another."""
    table = whole(name)
    applied = 0
    for done in chosen:
        try:
            WAYS[done][1](table)
        except (KeyError, ValueError):  # another change took it away already
            continue
        applied += 1
    assert applied
    with pytest.raises(PolicyError):
        load(table)


def test_more_than_five_are_counted() -> None:
    table = whole()
    for number in ("1", "2", "3", "4", "5", "6", "7"):
        table["category"][number]["class"] = "C"
    with pytest.raises(PolicyError, match=r"category 5, class; and \d+ more\.") as refused:
        load(table)
    assert refused.value.what.count(";") == 5


STRICTER: dict[str, Edit] = {
    "category 16 to a stop": put("NC", "category", "16", "class"),
    "category 24 to a hard stop": put("HS", "category", "24", "class"),
    "category 24 to a hard stop, which needs no gate": both(
        put("HS", "category", "24", "class"), gone("category", "24", "gates")
    ),
    "category 15 to police first, approval kept": both(
        put("PR", "category", "15", "class"), put(["approval", "police"], "category", "15", "gates")
    ),
    "category 8 without a milder form": both(
        gone("category", "8", "lesser"), gone("category", "8", "lesser_label")
    ),
    "category 10 milder to advice": put("SA", "category", "10", "lesser"),
    "category 17 with a gate": put(["advice"], "category", "17", "gates"),
    "category 17 logged only": put(ON, "category", "17", "log_only"),
    "category 17 in words": put(OFF, "category", "17", "pictures"),
    "advice for everybody": put(
        ["other", "pupil", "staff", "unknown"], "advice", "before_review"
    ),
    "fewer advisers": put(["local-authority"], "advice", "advisers"),
    "fewer grounds": put(["crime"], "approval", "grounds"),
    "fewer purposes": put(["safeguarding"], "purposes", "allowed"),
    "sticks avoided": put("avoid", "media", "removable"),
    "one more is told": put(["dsl", "headteacher"], "told", "child", "who"),
    "told sooner": put("at-once", "told", "child", "when"),
    "somebody else is told": put({"who": ["trust"]}, "told", "trust"),
    "one more question": put({"label": "What else?", "at": "close"}, "ask", "more"),
}  # fmt: skip


@pytest.mark.parametrize("done", STRICTER)
def test_what_tightens_is_taken_and_called_stricter(done: str) -> None:
    table = whole()
    STRICTER[done](table)
    changes = tighten.changes(profile.base().sections, load(table).sections)
    assert changes
    assert {change.direction for change in changes} == {Direction.STRICTER}


OTHER: dict[str, Edit] = {
    "a label": put("Principal", "labels", "headteacher", "text"),
    "a period": put({"months": 84, "confirmed": True}, "retention", "police"),
    "who decides": put("victim", "police", "bullying_decided_by"),
    "a cell of the matrix": put(["warning"], "pupil_incident", "device", "actions"),
    "a contact": put(
        {"label": "Union", "name": "Ours", "reach": "By post", "checked_on": "2026-11-20"},
        *("support", "union"),
    ),
    "a kind of support left out": gone("support", "union"),
    "an example": put(["Doors left open"], "category", "20", "examples"),
    "a note": put({"text": "Read this."}, "note", "read"),
    "an outcome": put({"label": "Mediation", "group": "internal"}, "outcome", "mediation"),
    "a use": put({"label": "Radio", "category": 22, "standing": "at-times"}, "use", "radio"),
    "a law": put({"title": "An Act", "categories": [12]}, "law", "act"),
    "a copy on paper": put("sealed-envelope", "passphrases", "written_copy"),
}  # fmt: skip


@pytest.mark.parametrize("done", OTHER)
def test_what_is_the_schools_own_to_decide_is_taken(done: str) -> None:
    table = whole()
    OTHER[done](table)
    changes = tighten.changes(profile.base().sections, load(table).sections)
    assert changes
    assert {change.direction for change in changes} == {Direction.OTHER}


def test_rotation_is_off_settable_and_only_shortened_after_that() -> None:
    """X5: against the base profile anything goes; against the one adopted, later is less strict."""

    def days(number: int) -> Any:  # noqa: ANN401
        table = whole()
        table["passphrases"]["change_every_days"] = number
        return load(table).sections

    def turn(before: int, after: int) -> Direction:
        (change,) = tighten.changes(days(before), days(after))
        return change.direction

    assert turn(0, 45) is Direction.STRICTER
    assert turn(45, 30) is Direction.STRICTER
    assert turn(45, 90) is Direction.LOOSER
    assert turn(45, 0) is Direction.LOOSER


def test_nothing_differs_from_itself() -> None:
    for name in (BASE, *NAMES):
        held = profile.builtin(name).sections
        assert tighten.changes(held, held) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_profile_is_measured_again_whenever_it_is_read(name: str) -> None:
    """The verifier does not rely on what was refused at adoption."""
    content = profile.builtin(name).content.decode()
    lowered = content.replace('class = "HS"', 'class = "PR"', 1)
    assert lowered != content
    with pytest.raises(PolicyError, match="category 1, class"):
        profile.load(lowered.encode())
