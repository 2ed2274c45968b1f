"""What the school calls people and bodies, in a sentence. Pure."""

from collections.abc import Collection

from counterseal.policy.profile import Profile

_GENERAL = {"chair": "Chair", "dsl": "safeguarding lead", "headteacher": "Headteacher"}
_UNLABELLED = {"other": "another body"}


def named(policy: Profile, words: Collection[str], between: str = ", ") -> str:
    """Return what the school calls these roles and bodies, in the order of the alphabet."""
    return between.join(sorted(one(policy, word) for word in words))


def worded(policy: Profile | None, text: str) -> str:
    """Put what the school calls its roles into a text that names them as "{chair}".

    Args:
        policy: The rules in force; None where they are not known yet, as in a command's help.
        text: The text.
    """
    for word, plain in _GENERAL.items():
        text = text.replace(f"{{{word}}}", one(policy, word) if policy else plain)
    return text


def one(policy: Profile, word: str) -> str:
    """Return what the school calls a role or body; a word that has no label stands for itself."""
    if word in policy.labels:
        return policy.label(word)
    return _UNLABELLED.get(word, word.replace("-", " "))
