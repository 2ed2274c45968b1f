"""`START-HERE.html`: what somebody sees first who has never heard of any of this. Pure.

One page, no script, nothing fetched. Everything that a person or a page wrote is escaped, and an
address is text, never a link. It says nothing that the other members do not say.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape
from importlib import resources
from typing import Final

from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.handover import visits, words
from counterseal.handover.statement import FULL, Shown
from counterseal.handover.telling import Telling

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


def page(telling: Telling) -> str:
    """Return the page."""
    statement = telling.statement
    what = "evidence from a school" if statement.kind == FULL else "the record of a stopped case"
    title = f"Case {statement.case}: {what}"
    practice = words.PRACTICE if statement.practice else ""
    body = (
        practice,
        f"<h1>{escape(title)}</h1>",
        *_about(telling),
        *_exhibits(telling),
        *_timeline(telling),
        *_browser(telling),
        *_people(telling),
        *_checking(telling),
    )
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def shown(text: str) -> str:
    """Escape a text, and make visible what would act on the page instead of standing on it."""
    parts = (c if c == "\n" or unicodedata.category(c) not in _ACTING else _named(c) for c in text)
    return escape("".join(parts))


_ACTING: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control and direction characters, and what has no shape of its own."""


def _named(character: str) -> str:
    return f"[U+{ord(character):04X}]"


@lru_cache(maxsize=1)
def _style() -> str:
    return resources.files(__package__).joinpath("report.css").read_text("utf-8")


def _about(telling: Telling) -> Iterator[str]:
    statement = telling.statement
    names = " and ".join(telling.name(person) for person, _key in statement.people)
    full = statement.kind == FULL
    yield f"<p>{words.WHAT_FULL if full else words.WHAT_RECORD_ONLY}</p>"
    rows = [
        ("Case", statement.case),
        ("School's record", statement.vault),
        ("Kind of concern", telling.concern),
        ("Put together", f"{words.moment(statement.made)}, by {names}"),
        ("Exhibits", str(len(statement.exhibits)) if full else "none: see above"),
        ("Steps recorded", str(statement.last.entry.case_seq + 1)),
    ]
    yield _table(("", ""), ((f"<b>{escape(a)}</b>", shown(b)) for a, b in rows if b), head=False)
    yield f'<p class="mark">{words.CARE}</p>'
    folders = (words.OPENED if full else words.SEALED) + words.FOLDERS
    yield f"<h2>What is in this folder</h2>{_table(('Where', 'What'), folders)}"


def _exhibits(telling: Telling) -> Iterator[str]:
    if telling.statement.kind != FULL:
        return
    yield "<h2>Exhibits</h2>"
    if not telling.statement.exhibits:
        yield "<p>No picture or file was kept in this case. What was seen is in words below.</p>"
        return
    made = {f.ref: x.entry for x in telling.own for f in x.entry.proposal.exhibits}
    rows = (_exhibit(telling, each, made[each.ref]) for each in telling.statement.exhibits)
    yield _table(("Exhibit", "What it is", "Made", "SHA-256 and size"), rows)


def _exhibit(telling: Telling, each: Shown, entry: Entry) -> tuple[str, ...]:
    written = dict(telling.written(entry.index))
    how = words.how(entry, each.ref)
    produced = telling.name(entry.people[0].id)
    return (
        f'<a href="exhibits/{escape(each.name)}"><b>{escape(each.ref)}</b></a>',
        f"{shown(written.get('what', ''))}<br><span class=when>{escape(how)}</span>",
        f"{words.moment(entry.time.utc)}<br>by {shown(produced)}",
        f"<code>{each.digest.sha256}</code><br>{each.digest.size:,} bytes",
    )


def _timeline(telling: Telling) -> Iterator[str]:
    yield f"<h2>What was done, step by step</h2><p>{words.TIMELINE}</p>"
    yield '<ol class="steps">'
    for logged in telling.own:
        yield _step(telling, logged.entry)
    yield "</ol>"


def _step(telling: Telling, entry: Entry) -> str:
    title = telling.titles.get(str(entry.step), str(entry.step))
    refs = "".join(f": {file.ref}" for file in entry.proposal.exhibits)
    signed = "; ".join(
        f"{shown(telling.name(person.id))}, {'present' if person.present else 'not present'}"
        for person in entry.people
    )
    rows = [
        (words.field(name), shown(text))
        for name, text in telling.written(entry.index)
        if name != visits.TEXT or entry.step is not Step.VISIT_RECORDED  # a table of its own
    ]
    if not rows and entry.proposal.details and entry.index not in telling.openings:
        rows = [("written", words.WITHHELD)]
    rows += [(words.field(name), shown(text)) for name, text in words.facts(entry)]
    written = "".join(f"<dt>{escape(name)}</dt><dd>{text}</dd>" for name, text in rows)
    stop = ' class="mark"' if entry.step is Step.CASE_STOPPED else ""
    return (
        f"<li{stop}><h3>{entry.case_seq + 1}. {escape(title + refs)}</h3>"
        f'<p class="when">{words.moment(entry.time.utc)} · entry {entry.index} of the record</p>'
        f"<p>Signed by: {signed or 'the computer alone'}</p>"
        f"{f'<dl>{written}</dl>' * bool(written)}</li>"
    )


def _browser(telling: Telling) -> Iterator[str]:
    rows = [
        (
            f"{escape(told.when)}<br><span class=when>entry {told.entry}</span>",
            escape(told.window),
            shown(told.did),
            "<br>".join([shown(told.address), *(_small(line) for line in told.more)]),
        )
        for told in visits.visits(telling)
    ]
    if rows:
        yield f"<h2>What the browser opened</h2><p>{words.BROWSER}</p>"
        yield _table(("Time (UTC)", "Window", "What", "Address, as text"), rows)


def _small(line: str) -> str:
    return f"<span class=when>{shown(line)}</span>"


def _people(telling: Telling) -> Iterator[str]:
    yield "<h2>People</h2>"
    signed = {person.id for x in telling.own for person in x.entry.people}
    rows = (
        (shown(p.name), escape(p.id), shown(p.position), escape(", ".join(sorted(p.roles))))
        for p in telling.keyset.people
        if p.id in signed
    )
    yield _table(("Name", "Initials", "Post", "Part in the procedure"), rows)


def _checking(telling: Telling) -> Iterator[str]:
    head = telling.statement.head
    yield f"<h2>How to check it</h2>{words.CHECKING}"
    yield (
        f"<p>The fingerprint of the record when this was made ({head.size} entries), as it would "
        f"stand on a paper receipt:</p><pre>{head.fingerprint}</pre>"
    )
    rows = (
        ("the school's computer" if who == "computer" else shown(telling.name(who)), key.hex())
        for who, key in sorted(telling.keys())
    )
    yield _table(("Signing key of", "Ed25519, raw"), ((a, f"<code>{b}</code>") for a, b in rows))
    yield f"<h3>What none of this shows</h3>{words.NOT_SHOWN}"


def _table(titles: Iterable[str], rows: Iterable[Iterable[str]], *, head: bool = True) -> str:
    first = "".join(f"<th>{title}</th>" for title in titles)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    return f"<table>\n{f'<tr>{first}</tr>' * head}\n{lines}</table>"
