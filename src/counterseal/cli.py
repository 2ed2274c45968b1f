"""The command line's root: the groups, and the one boundary where an error becomes words.

Only this module exits. Groups are loaded when they are asked for, so that `--version` is quick.
"""

import importlib
import io
import itertools
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from counterseal import __version__
from counterseal.errors import CancelledError, CountersealError, UsageError

_GROUPS = {
    "practice": "Rehearse a whole case with made-up people. Start here.",
    "setup": "Set up this computer for your school.",
    "case": "Report a concern, triage and authorise it; see where it stands.",
    "session": "Open, pause, resume or close a session.",
    "browser": "The watched browser: what stands in it; start it again.",
    "concern": "Record an address and what is of concern.",
    "exhibit": "Take pictures, take in what was handed over, look at exhibits.",
    "note": "Add a note to a case.",
    "advice": "Record advice that was taken.",
    "approval": "Record the Chair's approval.",
    "police": "Record what was said to and by the police.",
    "referral": "Record a referral.",
    "device": "Record that a device was put aside.",
    "departure": "Record a departure from the procedure.",
    "told": "Record that somebody was told.",
    "filter": "Record a change of the filter for a case.",
    "entry": "Correct an entry; the original stays.",
    "addition": "Add something to a closed case.",
    "hold": "Place or lift a hold on disposal.",
    "disposal": "Dispose of what a closed case holds.",
    "investigator": "Replace an investigator.",
    "assent": "Give assent to a step that others will sign.",
    "review": "Review who did what and when, without seeing the content.",
    "report": "The governors' annual report, without names.",
    "stop": "STOP. One person, at once, without a passphrase.",
    "call": "Record a call after a stop.",
    "bundle": "Make the sealed bundle that the police receive.",
    "handover": "Record that something was handed over.",
    "verify": "Check a bundle, on any computer.",
    "log": "Check the record, show it, issue a receipt.",
    "people": "The people who may sign: enrol, retire, give a new key.",
    "computer": "Look the designated computer over, or go on at another one.",
    "handover-key": "Try or change the key that opens what the school has sealed.",
    "policy": "Explain, check, compare and adopt the school's rules.",
    "doctor": "Check this computer and say what needs attention.",
}

_FORMS = frozenset(
    {
        "advice",
        "approval",
        "police",
        "referral",
        "device",
        "departure",
        "told",
        "filter",
        "entry",
        "addition",
        "hold",
    }
)


_KEEPERS = frozenset({"guard", "watch"})
"""Started by `session open`; no person types them."""
_AFTER_STOP = frozenset({"show", "sheet", "countersign", "read"})
_STOP_OPTIONS = frozenset({"--what", "--by", "--signed-by", "--present", "--read"})
_WHAT = frozenset({"may-be", "other", "not-sure", "break"})


_BROKEN_OFF = "The command was broken off while it was at work."
_PERHAPS_KEPT = "A step may have been kept: `counterseal log show` says so."


class _Groups(click.Group):
    """Knows every command's name and help, and loads one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(_GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _GROUPS and cmd_name not in _KEEPERS:
            return None
        home = "forms" if cmd_name in _FORMS else cmd_name.replace("-", "_")
        module = importlib.import_module(f"counterseal.commands.{home}")
        command: click.Command = module.GROUPS[cmd_name] if cmd_name in _FORMS else module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_GROUPS.items()))


@click.command(
    cls=_Groups,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Stop at once, from any place and without a passphrase: counterseal stop",
)
@click.version_option(__version__, message="Counterseal %(version)s")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def root(as_json: bool) -> None:  # noqa: FBT001  (click's signature; commands ask for it)
    """Lead two people through a suspicion of computer misuse, and keep what they find.

    Both sign every step. Every picture is fingerprinted, encrypted and logged, so that a change
    shows. If what you meet may be a sexual image of a child, run "counterseal stop" at once.

    Try everything without harm: counterseal practice
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit with its status.

    Args:
        arguments: What was typed; the process's own where omitted.
    """
    for stream in (sys.stdout, sys.stderr):  # an old console cannot show every letter
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    os.umask(0o077)  # nobody else on this computer reads what is written from here on
    sys.exit(run(arguments, own_process=True))


def run(arguments: Sequence[str] | None = None, *, own_process: bool = False) -> int:
    """Run a command and return its exit status: the one error boundary.

    Args:
        arguments: What was typed; the process's own where omitted.
        own_process: Whether this process does nothing else, so that it may end itself at a stop.

    Returns:
        0 done, 1 bug, 2 usage, 3 cancelled, 30 stopped, and 20 to 80 as `errors` says.
    """
    typed = list(sys.argv[1:] if arguments is None else arguments)
    if _is_stop(typed):
        latch_first()
        typed = _stop_anyhow(typed)
    try:
        obj = "own process" if own_process else None
        outcome: Any = root.main(typed, prog_name="counterseal", standalone_mode=False, obj=obj)
    except CountersealError as error:
        return _tell(error, typed)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return UsageError.exit_status
    except click.UsageError as error:
        hint = error.ctx.command_path if error.ctx else "counterseal"
        what = _sentence(error.format_message())
        return _tell(UsageError(what, advice=f'Run "{hint} --help" to see how it is used.'), typed)
    except click.ClickException as error:
        return _tell(UsageError(_sentence(error.format_message())), typed)
    except (click.Abort, KeyboardInterrupt):  # not at a question: a step may be kept by now
        return _tell(CancelledError(_BROKEN_OFF, kept=_PERHAPS_KEPT), typed)
    return outcome if isinstance(outcome, int) else 0


def latch_first() -> None:
    """Set a latch before anything that could be broken is imported, read or asked.

    The data folder's own latch comes first; where there is no such folder, the user's. The rest of
    the stop, the second latch and the entry in the log, follows in `workflow.stop`.
    """
    from counterseal import places  # noqa: PLC0415  (nothing else is needed by a stop)
    from counterseal.latch import Latch  # noqa: PLC0415

    home = places.data_folder()
    Latch((home if places.is_folder(home) else places.latch_folder(),)).lock()


def _is_stop(typed: Sequence[str]) -> bool:
    """Whether somebody stops everything now: `stop`, and nothing that only follows a stop."""
    words = [word for word in typed if not word.startswith("-")]
    if not words or words[0].casefold() != "stop" or {"-h", "--help"} & set(typed):
        return False
    return len(words) == 1 or words[1] not in _AFTER_STOP


def _is_option(word: str) -> bool:
    return word.startswith("--") and "=" in word


def _stop_anyhow(typed: Sequence[str]) -> list[str]:
    """Read a stop that was typed in haste: what can be understood is taken, the rest is left."""
    typed = [
        part for word in typed for part in (word.split("=", 1) if _is_option(word) else [word])
    ]
    cases = [word for word in typed if re.fullmatch(r"[0-9]{4}-[0-9]{3,6}", word)]
    kept = ["stop", *(["--case", cases[0]] if cases else [])]
    for option, value in itertools.pairwise(typed):
        if option in _STOP_OPTIONS and not value.startswith("-"):
            kept += [option, value] if option != "--what" or value in _WHAT else []
    return [*kept, *(["--json"] if "--json" in typed else [])]


def _tell(error: CountersealError, typed: Sequence[str]) -> int:
    from counterseal.commands.showing import told  # noqa: PLC0415  (start-up time)

    told(error, as_json="--json" in typed)
    return error.exit_status


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
