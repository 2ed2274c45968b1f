"""The BagIt part of a bundle: four members that follow from all the others. Pure.

RFC 8493; `docs/format.md`, section 17.3.
"""

from collections.abc import Iterable, Sequence

from counterseal.handover.members import BAG, Member
from counterseal.handover.statement import Statement

_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def bagged(members: Sequence[Member], statement: Statement) -> list[Member]:
    """Return the four members of BagIt for everything else.

    Args:
        members: Every other member of the bundle.
        statement: What was signed about it.
    """
    payload = [member for member in members if member.name.startswith("data/")]
    tags = [member for member in members if not member.name.startswith("data/")]
    texts = (_DECLARATION, _about(payload, statement), _lines(payload))
    made = [Member.of(name, text.encode()) for name, text in zip(BAG, texts, strict=False)]
    return [*made, Member.of(BAG[-1], _lines([*tags, *made]).encode())]


def _about(payload: Sequence[Member], statement: Statement) -> str:
    size = sum(member.digest.size for member in payload)
    lines = (
        f"Bag-Software-Agent: {statement.program}",
        f"Bagging-Date: {statement.made[:10]}",
        f"External-Identifier: {statement.vault}/{statement.case}",
        f"Payload-Oxum: {size}.{len(payload)}",
    )
    return "".join(f"{line}\n" for line in lines)


def _lines(members: Iterable[Member]) -> str:
    ordered = sorted(members, key=lambda member: member.name.encode())
    # Two blanks, so that `sha256sum -c` reads it as it stands.
    return "".join(f"{member.digest.sha256}  {member.name}\n" for member in ordered)
