"""`counterseal policy`: explain, check, compare and adopt the school's rules."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.errors import UsageError
from counterseal.policy import explain, profile, tighten
from counterseal.policy.choices import chosen
from counterseal.policy.profile import BASE, NAMES, Profile
from counterseal.policy.tighten import Change, Direction
from counterseal.workflow import policies
from counterseal.workflow.record import Record

MOST_BYTES = 1_000_000
"""The longest file that is read as a profile."""


@click.group(name="policy")
def command() -> None:
    """Explain, check, compare and adopt the school's rules."""


@command.command()
@click.option(
    "--profile",
    "wanted",
    metavar="NAME|FILE",
    help=f"Another than the one in force: {', '.join((BASE, *NAMES))}, or a file.",
)
@with_desk
def show(desk: Desk, wanted: str | None) -> None:
    """Explain the school's rules in plain words, each with where it comes from."""
    policy = _in_force(_record(desk)) if wanted is None else _find(wanted)
    desk.tell(explain.as_dict(policy), [shown(line) for line in explain.explained(policy)])


@command.command(name="check")
@click.argument("file")
@with_desk
def check_(desk: Desk, file: str) -> None:
    """Check a school's own rules: whether they could be adopted."""
    record = _record(desk)
    policy = _find(file)
    gaps = policies.unstaffed(record.terms.keyset, policy) if record else ()
    data = {
        "name": policy.name,
        "title": policy.title,
        "sha256": policy.sha256,
        "good": True,
        "browser": {"watched": policy.browser.watched, "save": sorted(policy.browser.save)},
        "staffed": not gaps if record else None,
        "missing": list(gaps),
    }
    lines = [
        f"{policy.title} ({policy.name})",
        "It can be read, and loosens nothing of the base profile.",
        f"Fingerprint of what would be kept: {explain.grouped(policy.sha256)}",
        *chosen(policy.browser),
        *(f"Not yet: {gap}" for gap in gaps),
    ]
    if record and not gaps:
        lines.append("Every kind of case could be taken by the people enrolled.")
    desk.tell(data, [shown(line) for line in lines])


@command.command()
@click.argument("file")
@with_desk
def diff(desk: Desk, file: str) -> None:
    """Show what rules tighten over the base profile, and over the ones in force."""
    record = _record(desk)
    policy = _find(file)
    over_base = tighten.changes(profile.base().sections, policy.sections)
    data: dict[str, object] = {
        "name": policy.name,
        "sha256": policy.sha256,
        "over_base": [change.as_dict() for change in over_base],
    }
    lines = ["Over the base profile:", *_listed(over_base)]
    if record:
        over_ours = tighten.changes(_in_force(record).sections, policy.sections)
        data["over_adopted"] = [change.as_dict() for change in over_ours]
        lines += ["", f"Over the rules in force ({_in_force(record).name}):", *_listed(over_ours)]
    desk.tell(data, [shown(line) for line in lines])


@command.command()
@click.argument("file", metavar="NAME|FILE")
@click.option("--signer", multiple=True, metavar="ID", help="Who signs the rules. Give it twice.")
@signing_options
@with_desk
def adopt(desk: Desk, file: str, **given: Any) -> None:
    """Put rules in force. Two enrolled people sign them."""
    record = desk.record()
    policy = _find(file)
    prepared = policies.prepare_adoption(record, policy)
    ids = list(given["signer"])
    questions = (f"Id of the {place} person who signs" for place in ("first", "second")[len(ids) :])
    ids += [desk.asker.text(question, "the id", None) for question in questions]
    signers = people(record, ids)
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, signers, _to_sign(record, policy), stances) as cosigners:
        kept = policies.adopt(record, policy, prepared, cosigners)
    data = {"name": policy.name, "sha256": policy.sha256, "entry": kept.entry.index}
    lines = [
        f"Kept: the school's rules are now {policy.title} ({policy.name}).",
        "Print the stop sheet anew, because it names whom to call: `counterseal stop sheet`.",
    ]
    desk.tell(data, [shown(line) for line in lines])


def _to_sign(record: Record, policy: Profile) -> list[str]:
    ours = _in_force(record)
    changes = tighten.changes(ours.sections, policy.sections)
    looser = [change for change in changes if change.direction is Direction.LOOSER]
    stricter = sum(change.direction is Direction.STRICTER for change in changes)
    text = [
        f"From now on the school's rules are: {policy.title} ({policy.name})",
        f"Fingerprint {explain.grouped(policy.sha256)}",
        f"They take the place of: {ours.title} ({ours.name})",
        f"Against those, {stricter} are stricter and {len(looser)} less strict;",
        "none is less strict than the base profile.",
        *chosen(policy.browser),
    ]
    return [*text, *explain.difference(looser)]


def _listed(changes: Sequence[Change]) -> list[str]:
    return [f"   {line}" for line in explain.difference(changes)] or ["   nothing differs"]


def _record(desk: Desk) -> Record | None:
    """Open the record where there is one; rules can be read without."""
    return desk.record(signing=False) if (desk.root / "vault.toml").exists() else None


def _in_force(record: Record | None) -> Profile:
    return record.terms.policy if record else profile.base()


def _find(wanted: str) -> Profile:
    """Return a profile that ships, or read a file.

    Raises:
        UsageError: Neither.
        PolicyError: The file is not a profile, or loosens a rule.
    """
    if wanted in {BASE, *NAMES}:
        return profile.builtin(wanted)
    try:
        with Path(wanted).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        what = f'"{wanted}" is neither a profile that comes with this version nor a file.'
        raise UsageError(what, advice=f"There are: {', '.join((BASE, *NAMES))}.") from error
    if len(content) > MOST_BYTES:
        what = f'"{wanted}" is too long for a profile.'
        raise UsageError(what)
    return profile.resolve(content)
