"""What a school chose about the browser of a session, in plain words. Pure.

These are choices, not rules: another one makes nothing stricter or looser.
"""

from counterseal.policy.rows import Browser

WATCHED = "A browser is started with each session, and each address that it opens is written down."
BY_HAND = "No browser is started: sessions always go on by hand, each address typed and read back."
NOTHING_SAVED = "No page is saved; pictures are all that is taken."
FORMS = {
    "mhtml": "whole, with its pictures (MHTML)",
    "text": "the words that it shows, alone (text)",
}
"""The forms in which a page can be saved."""


def chosen(browser: Browser) -> list[str]:
    """Return what a school chose, a sentence each.

    Args:
        browser: The choice.
    """
    forms = " and ".join(FORMS[form] for form in sorted(browser.save))
    saved = f"Besides pictures, a page may be saved: {forms}." if forms else NOTHING_SAVED
    return [WATCHED if browser.watched else BY_HAND, saved]
