"""What is written down with a page that was taken: SWGDE 21-F-001, 7.3 and 8.1; Berkeley, 154-156.

What the browser did not say reads "not recorded". What strangers wrote is text that can do nothing.
"""

from counterseal.clock import utc_text
from counterseal.evidence.browser import Page, Saved, Standing
from counterseal.evidence.browser.visit import MOST_TITLE, Text, Tls

NOT_RECORDED = "not recorded"


def about_page(page: Page) -> dict[str, str | list[str]]:
    """Return what is recorded with a picture of a page, by name.

    Args:
        page: The picture, and what is known of the page.
    """
    area = page.area
    return {
        **_standing(page.stands),
        "browser": page.product,
        "agent": page.agent,
        "viewport": f"{area.width} x {area.height} CSS pixels" if area else NOT_RECORDED,
        "scale": f"{area.scale:g}, of which zoom {area.zoom:g}" if area else NOT_RECORDED,
        "locale": page.locale or NOT_RECORDED,
        "size": f"{page.width} x {page.height} pixels",
        "taken": page.taken.utc,
        "tries": str(page.tries),
    }


def about_saved(saved: Saved) -> dict[str, str | list[str]]:
    """Return what is recorded with a page that was saved, by name.

    Args:
        saved: The page, and what is known of it.
    """
    return {
        **_standing(saved.stands),
        "browser": saved.product,
        "agent": saved.agent,
        "form": saved.form,
        "size": f"{len(saved.content)} bytes",
        "taken": saved.taken.utc,
        "tries": str(saved.tries),
    }


def _standing(stands: Standing) -> dict[str, str | list[str]]:
    return {
        "address": stands.address.shown,
        "title": _shown(stands.title),
        "asked": _shown(stands.asked),
        "redirects": [one.shown for one in stands.redirects],
        "final": _shown(stands.final),
        "status": str(stands.status or NOT_RECORDED),
        "peer": stands.peer or NOT_RECORDED,
        **_secured(stands.tls, stands.certificate),
        "message": stands.failure or "",
    }


def _shown(text: Text | None) -> str:
    return text.shown if text else NOT_RECORDED


def _secured(tls: Tls | None, certificate: str | None) -> dict[str, str]:
    known = {"certificate": certificate or NOT_RECORDED}
    if tls is None:
        return {"connection": "not secured, or not recorded", **known}
    return {
        "connection": f"{tls.protocol}, {tls.cipher}",
        "subject": Text.of(tls.subject, MOST_TITLE).shown,
        "issuer": Text.of(tls.issuer, MOST_TITLE).shown,
        "valid": f"{utc_text(tls.valid_from)} to {utc_text(tls.valid_to)}",
        **known,
    }
