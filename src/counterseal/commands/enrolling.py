"""How somebody is asked for their name, roles and passphrase."""

from collections.abc import Sequence

from counterseal.canonical import clean_text
from counterseal.commands.desk import Desk
from counterseal.errors import UsageError
from counterseal.keys import passphrase as passphrases
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
    ask = desk.asker
    named = one_line(ask.text("Name", "the name", name), "the name")
    post = one_line(ask.text("Position at the school", "the position", position), "the position")
    chosen = list(roles) or ask.text(f"Roles ({ROLES})", "the roles", None).split(",")
    return Newcomer(named, post, read_roles(chosen), ask_passphrase(desk, named))


def read_roles(words: Sequence[str]) -> frozenset[Role]:
    """Read roles as they were typed.

    Raises:
        UsageError: One is not a role.
    """
    try:
        return frozenset(Role(word.strip().lower()) for word in words)
    except ValueError:
        what = f"{', '.join(words)} holds something that is not a role."
        raise UsageError(what, advice=f"The roles are {ROLES}.") from None


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
    if first != desk.asker.secret("The same again"):
        what = "The two passphrases are not the same."
        raise UsageError(what)
    return first
