"""What is known of a window of the browser while it is open. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from counterseal.evidence.browser.answer import Answer, is_same, is_same_site, known
from counterseal.evidence.browser.visit import Text, Tls

_MOST_ASKED: Final = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a window.

    Args:
        window: Its number.
        address: Of its page.
        title: As it is now, where it is known.
    """

    window: int
    address: Text
    title: Text | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a window, and the way that it came.

    Args:
        window: Its number.
        visit: The number of the visit that put it there.
        address: As shown.
        title: As it is now.
        asked: What was asked for first; None where nothing was, as for a page from memory.
        redirects: What stood between that and `final`, in their order.
        final: The address that the page was had from. The page may have changed what is shown.
        status: The server's answer, such as 200.
        peer: IP address and port at the other end.
        tls: The secured connection of that answer.
        certificate: SHA-256 of the certificate's bytes.
        failure: Why the browser shows a message of its own in place of a page, in its words.
    """

    window: int
    visit: int
    address: Text
    title: Text | None = None
    asked: Text | None = None
    redirects: tuple[Text, ...] = ()
    final: Text | None = None
    status: int | None = None
    peer: str | None = None
    tls: Tls | None = None
    certificate: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window can be reached, and what stands in it.

    Args:
        target: The browser's name of the window.
        frame: Of its page.
        session: Of the conversation with that page.
        stands: What stands in it.
    """

    target: str
    frame: str
    session: str
    stands: Standing


@dataclass(slots=True)
class Asked:
    """An address that was asked for, until its page stands in the window.

    Args:
        address: Whole.
        ahead: By how much wall time is ahead of the browser's own count, in seconds.
        earlier: The addresses that sent the browser on to this one, the first one first.
        visit: The number of the visit that says so.
        answer: Of the server, once it came.
    """

    address: str
    ahead: float
    earlier: tuple[str, ...] = ()
    visit: int = 0
    answer: Answer | None = None


@dataclass(slots=True)
class Window:
    """A window or tab, while it is open.

    Args:
        number: Counted from 1.
        frame: Of its page, as the browser names it.
        address: Of its page, as shown.
        visit: The number of what put the address there that is shown.
        page: The number of what put the page there.
        title: Of its page as it is now, where it is known.
        is_titled: Whether a title of that page was written down.
        asked: What it asked for, by the browser's name of the load.
        came: What its page was asked for with.
        final: Where its page was had from.
        failure: Why there is a message of the browser's own in place of a page.
        refused: Whether that is a warning about a certificate.
        secured: What the browser said last of how it is secured.
        certificate: SHA-256 of its certificate, once that is known.
        caught_up: The loads whose pages were written down before they said so themselves.
        is_parted: Whether its page could not be watched, as one of the browser's extensions.
    """

    number: int
    frame: str
    address: str
    visit: int = 0
    page: int = 0
    title: Text | None = None
    is_titled: bool = False
    asked: dict[str, Asked] = field(default_factory=dict)
    came: Asked | None = None
    final: str | None = None
    failure: str | None = None
    refused: bool = False
    secured: Mapping[str, Any] | None = None
    certificate: str | None = None
    caught_up: set[str] = field(default_factory=set)
    is_parted: bool = False

    def stands(
        self,
        visit: int,
        address: str,
        came: Asked | None,
        failure: str | None = None,
        *,
        refused: bool = False,
    ) -> None:
        """Take in that another page stands here, or a message of the browser's own."""
        self.visit = self.page = visit
        self.address, self.came = address, came
        self.final = None if failure else address
        self.failure, self.refused = failure, refused
        self.title, self.is_titled, self.certificate = None, False, None

    def ask(self, loader: str, asked: Asked) -> None:
        """Take in that an address was asked for; what was never heard of again is let go."""
        self.asked[loader] = asked
        while len(self.asked) > _MOST_ASKED:
            del self.asked[next(iter(self.asked))]

    def is_behind(self, url: str) -> bool:
        """Whether an address that was asked for, and that the browser shows, is not here yet."""
        waits = any(is_same(url, one.address) for one in self.asked.values())
        return waits and not is_same(url, self.address)

    def load_of(self, url: str) -> str | None:
        """Return the load of the page that has this address, once answered, if not here yet."""
        return None if is_same(url, self.address) else self._load(partial(is_same, url))

    def load_before(self, url: str) -> str | None:
        """Return the load of the page that alone can have changed its address to this one."""
        # What stands here is of another site, so that it cannot.
        here = is_same_site(url, self.address)
        return None if here else self._load(partial(is_same_site, url))

    def _load(self, fits: Callable[[str], bool]) -> str | None:
        loads = self.asked.items()
        return next((name for name, one in loads if one.answer and fits(one.address)), None)

    def has_passed(self, asked: Asked | None) -> bool:
        """Whether a page that was asked for later stands here already."""
        return bool(asked and self.came and self.came.visit > asked.visit)

    def moves(self, visit: int, address: str) -> None:
        """Take in that the page changed the address that is shown; it is the same page."""
        # So is its title until the browser says another one.
        self.visit, self.address, self.title, self.is_titled = visit, address, None, False

    def is_secured_by(self, state: Mapping[str, Any]) -> bool:
        """Whether the browser speaks of this page's certificate, not of the page's before."""
        if self.refused:
            return bool(state.get("certificateNetworkError"))
        answer = self.came.answer if self.came else None
        tls = answer.tls if answer else None
        return tls is not None and (tls.subject, tls.issuer, tls.valid_from, tls.valid_to) == (
            state["subjectName"],
            state["issuer"],
            state["validFrom"],
            state["validTo"],
        )

    def standing(self) -> Standing:
        """Return what stands here now."""
        came = self.came
        way = tuple(Text.of_address(one) for one in (*came.earlier, came.address)) if came else ()
        return Standing(
            window=self.number,
            visit=self.visit,
            address=Text.of_address(self.address),
            title=self.title,
            asked=way[0] if way else None,
            redirects=way[1:-1],
            final=Text.of_address(self.final) if self.final else None,
            certificate=self.certificate,
            failure=self.failure,
            **known(came.answer if came else None),
        )
