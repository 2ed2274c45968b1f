"""How somebody is asked for their name, roles and passphrase."""

from collections.abc import Sequence
from dataclasses import replace

from counterseal.canonical import clean_text
from counterseal.commands.desk import Desk
from counterseal.errors import UsageError
from counterseal.keys import passphrase as passphrases
from counterseal.keys.names import check_name
from counterseal.keys.people import MOST_NAME, Role
from counterseal.workflow.setup import Newcomer

ROLES = ", ".join(Role)


def ask_newcomer(
    desk: Desk, name: str | None, position: str | None, roles: Sequence[str]
) -> Newcomer:
    """Ask for what options did not say, and for a passphrase twice.

    Raises:
        UsageError: A text or role that cannot be used, or two different passphrases.
    """
    return with_passphrase(desk, ask_post(desk, name, position, roles))


def ask_post(desk: Desk, name: str | None, position: str | None, roles: Sequence[str]) -> Newcomer:
    """Ask who somebody is and what they do; their passphrase is asked for later.

    Raises:
        UsageError: A text or role that cannot be used.
    """
    ask = desk.asker
    named = ask.checked("Name", name, lambda text: check_name(one_line(text, "the name")))
    post = ask.checked(
        "Position at the school", position, lambda text: one_line(text, "the position")
    )
    given = ",".join(roles) or None
    chosen = ask.checked(f"Roles ({ROLES})", given, lambda text: read_roles(text.split(",")))
    return Newcomer(named, post, chosen, passphrase="")


def with_passphrase(desk: Desk, newcomer: Newcomer) -> Newcomer:
    """Ask somebody for their new passphrase, twice."""
    return replace(newcomer, passphrase=ask_passphrase(desk, newcomer.name))


def read_roles(words: Sequence[str]) -> frozenset[Role]:
    """Read roles as they were typed.

    Raises:
        UsageError: One is not a role.
    """
    try:
        return frozenset(Role(word.strip().lower()) for word in words)
    except ValueError:
        what = f"“{', '.join(words).strip()}” is not only roles. The roles are {ROLES}."
        raise UsageError(what) from None


def one_line(text: str, name: str) -> str:
    """Refuse a text of more than one line, or too long for a receipt.

    Raises:
        UsageError: It is.
    """
    if "\n" in text:
        what = f"{name.capitalize()} must be one line."
        raise UsageError(what)
    return clean_text(text, most=MOST_NAME, name=name)


def ask_passphrase(desk: Desk, name: str) -> str:
    """Ask for a new passphrase twice, with a suggestion on a terminal.

    Raises:
        UsageError: The two differ, or it is too weak.
    """
    if desk.asker.at_terminal:
        desk.say(
            f"   {name} chooses a passphrase that nobody else sees: at least 12 characters.",
            f"   Six words are good, such as: {passphrases.suggest(desk.around.random)}",
        )
    while True:
        try:
            return _typed_twice(desk, name)
        except UsageError as error:
            if not desk.asker.at_terminal:
                raise
            desk.say(f"   {error.what} {error.advice}")


def _typed_twice(desk: Desk, name: str) -> str:
    first = desk.asker.secret(f"New passphrase of {name}")
    passphrases.check(first, name)
    if first != desk.asker.secret(f"New passphrase of {name}, the same again"):
        what = "The two passphrases are not the same."
        raise UsageError(what)
    return first
