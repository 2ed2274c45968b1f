"""Write docs/errors.md from the error classes themselves, so that it cannot drift from them.

    python docs/make_errors.py            write docs/errors.md beside this file
    python docs/make_errors.py --print    write the text to standard output instead

`tests/unit/test_docs.py` makes the text again and demands no difference.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from counterseal import errors
from counterseal.errors import CountersealError
from counterseal.evidence import triage
from counterseal.evidence.browser import trouble
from counterseal.evidence.screen import browser_pipe, port

MODULES = (errors, triage, port, browser_pipe, trouble)
"""Every module that defines an error for people; the test looks for others."""

START = """\
# What an error means

This page is made by `docs/make_errors.py` from the error classes; do not edit it by hand.

An error is three sentences: what happened, whether anything was kept, what to do. They are written
to standard error. With `--json` the same is printed to standard output as `error` (the code below),
`exit_status`, `what`, `kept` and `advice`; an integrity error adds `findings`.

The sentences below are the general ones. Most errors say something more exact in their place: which
file, which person, which rule. The code and the exit status never change.

## Exit statuses

| status | meaning |
|---|---|
| 0 | done |
| 1 | a fault of the program. Keep what it printed, and report it as `SECURITY.md` says |
| 2 | what was typed cannot be used |
| 3 | somebody chose not to go on |
| 20 | the procedure does not allow it |
| 30 | stopped. This is an outcome, not an error: every command ends so after a stop |
| 40 | something is not as it was kept; also `log check` with findings |
| 50 | no picture of the screen could be taken, or the browser cannot be watched |
| 60 | the data folder cannot be used; also `doctor` where something must be mended |
| 70 | a key cannot be used |
| 80 | the school's rules cannot be used |
"""

FAMILIES = (
    (2, "What was typed"),
    (3, "Not going on"),
    (20, "The procedure"),
    (30, "Stopped"),
    (40, "Not as it was kept"),
    (50, "The screen"),
    (60, "The data folder"),
    (70, "Keys"),
    (80, "The school's rules"),
)

KEPT = """\
## Where something was kept all the same

"Nothing was kept" is the rule: a step is kept whole or not at all. These say otherwise themselves:

- **"That you unlocked it was kept; somebody stopped it once more."** Both signed for a break, and the
  computer stays locked because of the later stop.
- **"Every address up to then was kept."** The watched browser ended, and all that it had opened is in the
  log. From there on nobody watches, which is in the log too; the two go on by hand.
- **"That no browser is watched was kept."** It could not be started again, and that is in the log.
- **"The session is still open."** It was to be closed and was not; its browser is closed already.
- **"The step was kept."** The entry is durable, but a person's key file could not note the new head
  of the log. Mend what the advice names. Do not take the step again.
- **"The stop stands."** A stop is never undone by an error. Where it could not be written to the
  log at once, the advice says why, and it is written at a later start. Only where no folder at all
  can be written to can the computer not be locked, and that is what it says then.

Some commands keep a first entry before they do something more: `session close` keeps the closing,
then issues the receipt; `case authorise` keeps the authorisation, then erases keys that nobody may
use any more; `session open` keeps the opening, then starts the browser; `exhibit view` keeps that the exhibit was looked at, then opens the window. If the
second part fails, the first stays. In doubt, `counterseal log show` says what is in the record, and
`counterseal case show` what may come next.
"""

FINDINGS = {
    "digest-mismatch": "a file or a column holds other bytes than the ones that were signed",
    "bad-signature": "a signature is not good, or is not by the key that it should be by",
    "broken-log": "entries or heads do not fit together",
    "missing": "something that the log vouches for is not there",
    "unexpected": "something is there that the log does not know",
    "rollback": "entries that were there once are gone",
    "fork": "another history stands in place of the one that was signed",
    "not-canonical": "bytes are not written in the one way that the format allows",
    "bad-step": "an entry is there that the procedure does not allow",
}
"""Every kind of finding, in the order of the page."""

AFTER_FINDINGS = """
Change nothing and make no repair. Keep the list, tell the person who set up the computer, and
compare with the last receipt on paper.
"""


def page() -> str:
    """Return the whole text of docs/errors.md."""
    parts = [START]
    for status, title in FAMILIES:
        parts.append(f"## {status}: {title}\n")
        parts += [_section(kind) for kind in kinds() if kind.exit_status == status]
    parts += [KEPT, _findings()]
    return "\n".join(parts)


def kinds() -> Iterator[type[CountersealError]]:
    """Give every error class for people, in the order in which the source has them."""
    for module in MODULES:
        for kind in vars(module).values():
            ours = isinstance(kind, type) and issubclass(kind, CountersealError)
            # The root is never raised itself.
            if ours and kind.__module__ == module.__name__ and kind is not CountersealError:
                yield kind


def _section(kind: type[CountersealError]) -> str:
    error = kind()
    meaning = (kind.__doc__ or "").strip().splitlines()[0]
    lines = (
        f"### `{kind.code}` — {kind.__name__}",
        "",
        meaning,
        "",
        f"- It says: {error.what}",
        f"- Kept: {error.kept}",
        f"- Do: {error.advice}",
        "",
    )
    return "\n".join(lines)


def _findings() -> str:
    rows: Iterable[str] = (f"| `{word}` | {meaning} |" for word, meaning in FINDINGS.items())
    table = "\n".join(rows)
    return (
        "## Kinds of findings\n\n"
        "`log check` lists everything that it finds, each with a kind, a place and a sentence.\n\n"
        f"| kind | meaning |\n|---|---|\n{table}\n{AFTER_FINDINGS}"
    )


if __name__ == "__main__":
    if "--print" in sys.argv[1:]:
        sys.stdout.write(page())
    else:
        Path(__file__).with_name("errors.md").write_bytes(page().encode())
