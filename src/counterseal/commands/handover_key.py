"""`counterseal handover-key`: try it, change it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.people import ask_signers, signer_option
from counterseal.commands.signing import TRIES, Stances, signed_by
from counterseal.errors import CountersealError, UsageError, WrongPassphraseError
from counterseal.keys.recipients import check_recipient
from counterseal.workflow import handover_keys
from counterseal.workflow.steps import commit, preflight

MOST_BYTES = 65_536
MOST_LINES = 200


@click.group(name="handover-key")
def command() -> None:
    """Try the handover key, or change it. It opens what the school itself has sealed."""


@command.command()
@click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Sheet 1, as a file. Asked for, or pasted, where it is not given.",
)
@click.option(
    "--elsewhere", is_flag=True, help="The key is elsewhere: type the words of the test file."
)
@signer_option
@signing_options
@with_desk
def check(desk: Desk, key_file: Path | None, *, elsewhere: bool, **given: Any) -> None:
    """Try the handover key: both custodians bring their sheet, and a test file is opened.

    Do it before the first session, and every year. Two people sign that it opened. For a key that
    was made elsewhere, write a test file first with `counterseal handover-key test-file`.
    """
    if elsewhere and key_file:
        what = "--key-file and --elsewhere do not go together."
        raise UsageError(what)
    record = desk.record()
    signers = ask_signers(desk, record, given["signer"])
    if elsewhere:
        words = desk.asker.text("The six words in the test file", "the words", None)
        handover_keys.check_words(record, words)
    else:
        handover_keys.check_opens(record, _ask_identity(desk, key_file))
    recipient = record.state.handover
    text = ["The handover key was tried, and a test file opened with it", f"Key: {recipient}"]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, signers, text, stances) as cosigners:
        commit(record, handover_keys.prepare_check(record), cosigners)
    line = "Kept: the handover key opens. Put both sheets back, apart from each other."
    data = {"handover_recipient": recipient, "signed_by": [p.id for p in signers]}
    desk.tell(data, [line])


@command.command(name="test-file")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@with_desk
def test_file(desk: Desk, out: Path) -> None:
    """Write a test file for whoever has the handover key elsewhere. It holds six words."""
    record = desk.record()
    handover_keys.write_test(record, out.absolute())
    lines = [
        f"Written: {out}. Have it opened with the handover key, for instance: age -d -i KEY {out}",
        "Next: `counterseal handover-key check --elsewhere`, with the words that it holds.",
    ]
    data = {"file": str(out.absolute()), "handover_recipient": record.state.handover}
    desk.tell(data, [shown(line) for line in lines])


@command.command()
@click.option("--handover-recipient", metavar="age1…", help="A key made elsewhere: the best way.")
@click.option(
    "--handover-key-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Make the handover key here, and write its private half to this file.",
)
@signer_option
@signing_options
@with_desk
def change(
    desk: Desk, handover_recipient: str | None, handover_key_out: Path | None, **given: Any
) -> None:
    """Change the handover key, after it was used or a sheet was lost. Two people sign.

    What is kept from now on opens with the new key. What was kept before opens with the former one
    alone: keep its sheets for as long as those cases are kept.
    """
    check_options(handover_recipient, handover_key_out)
    record = desk.record()
    former = record.state.handover
    signers = ask_signers(desk, record, given["signer"])
    school = record.log.origin.split("/")[0]
    with ExitStack() as stack:
        recipient = handover_recipient or stack.enter_context(
            new_key(desk, handover_key_out, school, lambda new: record.state.handover == new)
        )
        prepared = handover_keys.prepare_change(recipient)
        preflight(record, prepared.proposal, [p.id for p in signers])
        text = [
            f"What is kept from now on opens with this handover key: {recipient}",
            f"What was kept before still opens with the former one alone: {former}",
        ]
        stances = Stances(given["present"], given["read"])
        with signed_by(desk, record, signers, text, stances) as cosigners:
            commit(record, prepared, cosigners)
    lines = [
        "Kept: there is a new handover key.",
        "What was kept before opens with the former one alone: keep its sheets, marked as former.",
        "Next: `counterseal handover-key check`. It shows that the new one opens.",
    ]
    data = {"handover_recipient": recipient, "former": former}
    desk.tell({**data, "signed_by": [p.id for p in signers]}, lines)


def check_options(recipient: str | None, out: Path | None) -> None:
    """Refuse anything but one way to a handover key.

    Raises:
        UsageError: None or both are named, or the one named cannot be used.
    """
    if bool(recipient) == bool(out):
        what = "Say where the handover key is: --handover-recipient or --handover-key-out."
        raise UsageError(what, advice="Run the command with --help to read what it is for.")
    if recipient:
        check_recipient(recipient)
    if out:
        handover_keys.check_place(out.absolute())


@contextmanager
def new_key(
    desk: Desk, path: Path | None, school: str, in_force: Callable[[str], bool]
) -> Iterator[str]:
    """Make a handover key: sheet 1 to a file and a page, sheet 2 on the screen, once.

    Args:
        desk: How to ask.
        path: Where sheet 1 goes.
        school: Whose it is.
        in_force: Says whether the key counts by now. Where the block fails before that, sheet 1 is
            taken away again; a key that counts is never taken away.

    Yields:
        The recipient.

    Raises:
        UsageError: The words were not typed back.
    """
    if path is None:
        message = "either a recipient or a file is given"
        raise AssertionError(message)
    path = path.absolute()
    handover_keys.check_place(path)
    with desk.waiting("Making the handover key"):
        made = handover_keys.make(desk.around.random)
    _show_words(desk, made.words)
    now = desk.around.clock.now().utc
    page = handover_keys.write_sheet(path, made, school, now)
    desk.say(f"   Sheet 1, to be printed: {page}", f"   The same as a file: {path}")
    try:
        yield made.recipient
    except BaseException:
        if not _counts(in_force, made.recipient):
            handover_keys.discard(path)
        raise


def _show_words(desk: Desk, words: str) -> None:
    desk.say(
        "",
        "The handover key has a passphrase of its own. Write it on paper: that is sheet 2, for",
        "another custodian than the one who keeps sheet 1. It is shown once:",
        "",
        f"      {words}",
        "",
    )
    if desk.asker.at_terminal and desk.asker.secret("Type it back") != words:
        what = "The passphrase was not typed back as it was shown."
        raise UsageError(what, advice="Run the command again; it shows another one.")


def _counts(in_force: Callable[[str], bool], recipient: str) -> bool:
    try:
        return in_force(recipient)
    except (CountersealError, OSError):  # who cannot tell keeps it
        return True


def _ask_identity(desk: Desk, key_file: Path | None) -> str:
    text = _read(key_file) if key_file else _ask_sheet(desk)
    if handover_keys.is_plain(text):
        return handover_keys.open_plain(text)
    tries = TRIES if desk.asker.at_terminal else 1
    while True:
        words = desk.asker.secret("The six words of sheet 2")
        try:
            with desk.waiting("Opening sheet 1"):
                return handover_keys.open_sheet(text, words)
        except WrongPassphraseError as error:
            tries -= 1
            if not tries:
                raise
            desk.say(f"   {error.what} {error.advice}")


def _ask_sheet(desk: Desk) -> str:
    question = "File of sheet 1, or paste the sheet from its BEGIN line to its END line"
    lines = [desk.asker.text(question, "the file", None)]
    if lines[0].strip() != handover_keys.BEGIN:
        return _read(Path(lines[0]))
    while lines[-1].strip() != handover_keys.END:
        if len(lines) > MOST_LINES:
            what = "That sheet has no END line."
            raise UsageError(what, advice="Paste the whole part from BEGIN to END.")
        lines.append(desk.asker.text("Line", "the line", None, empty=True))
    return "\n".join(lines)


def _read(path: Path) -> str:
    try:
        with path.expanduser().open("rb") as file:
            return file.read(MOST_BYTES).decode("utf-8")
    except (OSError, ValueError) as error:
        what = f"{path} cannot be read as sheet 1."
        raise UsageError(what, advice="Give the file that was written with the key.") from error
