"""What comes up after a lock is held, what asks is refused, and what nobody watches is known."""

import time
from typing import TYPE_CHECKING, cast

import pytest

from counterseal.evidence.browser.attached import ALONE_S, Attached

if TYPE_CHECKING:
    from counterseal.evidence.browser.protocol import Connection

HELD = ("Page.setWebLifecycleState", "S1", {"state": "frozen"})
GOES_ON: tuple[str, str, dict[str, object]] = ("Runtime.runIfWaitingForDebugger", "S1", {})
AGAIN = ("Target.attachToTarget", None, {"targetId": "T1", "flatten": True})
ENDED = ("Target.closeTarget", None, {"targetId": "T1"})


class Line:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str | None, dict[str, object]]] = []

    def send(
        self, method: str, session: str | None = None, _: object = None, /, **params: object
    ) -> None:
        """Keep it."""
        self.sent.append((method, session, params))


@pytest.mark.parametrize("kind", ["page", "iframe", "worker", "shared_worker", "service_worker"])
@pytest.mark.parametrize("locked", [False, True])
def test_what_comes_up(kind: str, *, locked: bool) -> None:
    attached, line = Attached(), Line()
    connection = cast("Connection", line)
    if locked:
        attached.lock(None)
    target = {"type": kind, "targetId": "T1"}
    event = {"sessionId": "S1", "targetInfo": target}
    attached.hear(connection, "Target.attachedToTarget", event, None)
    assert attached.locked is locked
    assert (HELD in line.sent, GOES_ON in line.sent) == (locked, not locked)
    assert (ENDED in line.sent) is (locked and kind in {"shared_worker", "service_worker"})
    assert attached.pages() == (["S1"] if kind == "page" else [])
    attached.hear(connection, "Target.detachedFromTarget", {"sessionId": "S1"}, None)
    assert attached.pages() == []


# ------------------------------------------------------------------------- a window nobody watches


def page(address: str = "https://one.example/", kind: str = "page") -> dict[str, object]:
    return {"targetInfo": {"targetId": "T1", "type": kind, "url": address}}


class Told:
    """What a browser tells of one window."""

    def __init__(self) -> None:
        self.attached, self._line = Attached(), Line()

    @property
    def asked(self) -> int:
        """How often the window was asked for."""
        return self._line.sent.count(AGAIN)

    def tell(self, what: str, **params: object) -> list[str]:
        self.attached.hear(cast("Connection", self._line), f"Target.{what}", params, None)
        return self.attached.alone()


def test_a_window_that_is_not_attached_is_known_by_its_address() -> None:
    told = Told()
    assert told.tell("targetCreated", **page("")) == [""]
    assert told.tell("targetInfoChanged", **page()) == ["https://one.example/"]
    assert told.attached.alone(ALONE_S) == []
    assert told.tell("targetDestroyed", targetId="T1") == []


def test_one_that_is_attached_and_no_more_is_alone_unless_it_is_closed() -> None:
    told = Told()
    told.tell("targetCreated", **page())
    assert told.tell("attachedToTarget", sessionId="S1", **page()) == []
    assert told.tell("targetInfoChanged", **page("https://one.example/2")) == []
    assert told.tell("detachedFromTarget", sessionId="S1") == ["https://one.example/2"]
    assert told.tell("targetInfoChanged", **page("https://one.example/2")) != []
    told.attached.lose()
    assert told.attached.alone() == [], "a new conversation begins anew"


BLOCKED = "chrome-extension://abcdefgh/blocked.html"


def test_a_page_of_an_extension_may_not_be_watched_and_what_comes_after_it_is() -> None:
    """The page that a filter shows instead; the browser lets go of its window by itself."""
    told = Told()
    told.tell("targetCreated", **page())
    told.tell("attachedToTarget", sessionId="S1", **page())
    told.tell("targetInfoChanged", **page(BLOCKED))
    assert told.tell("detachedFromTarget", sessionId="S1") == []
    assert told.tell("targetInfoChanged", **page(BLOCKED)) == []
    assert told.asked == 0
    assert told.tell("targetInfoChanged", **page()) == ["https://one.example/"]
    told.tell("targetInfoChanged", **page("https://one.example/2"))
    assert told.asked == 1, "once; where that is refused it stays alone"
    assert told.tell("attachedToTarget", sessionId="S2", **page()) == []
    told.tell("detachedFromTarget", sessionId="S2")
    told.tell("targetInfoChanged", **page())
    assert told.asked == 2


def test_a_window_that_is_new_is_not_asked_for_because_the_browser_attaches_it() -> None:
    told = Told()
    told.tell("targetCreated", **page("chrome://newtab/"))
    told.tell("targetInfoChanged", **page())
    assert told.asked == 0


def test_it_is_given_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [50.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    told = Told()
    told.tell("targetCreated", **page())
    now[0] += ALONE_S - 0.01
    told.tell("targetInfoChanged", **page("https://one.example/2"))
    assert told.attached.alone(ALONE_S) == []
    now[0] += 0.01
    assert told.attached.alone(ALONE_S) == ["https://one.example/2"], "it counts from its beginning"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("chrome://settings/", "page"),
        ("devtools://devtools/bundled/devtools_app.html", "page"),
        ("edge://newtab/", "page"),
        ("https://one.example/", "iframe"),
        ("https://one.example/", "worker"),
    ],
)
def test_what_holds_no_page_of_the_web_needs_nobody_to_watch(address: str, kind: str) -> None:
    assert Told().tell("targetCreated", **page(address, kind)) == []


def test_a_page_of_the_browsers_own_that_goes_to_the_web_counts_from_then_on() -> None:
    told = Told()
    told.tell("targetCreated", **page("chrome://newtab/"))
    assert told.tell("targetInfoChanged", **page()) == ["https://one.example/"]
    assert told.tell("targetInfoChanged", **page("chrome://newtab/")) == []


def test_a_lock_counts_it_as_not_frozen() -> None:
    told = Told()
    told.tell("targetCreated", **page())
    locked = told.attached.lock(None)
    assert (locked.pages, locked.frozen) == (1, 0)


# ---------------------------------------------------------------------------------------- refusing


def test_what_the_browser_asks_about_is_refused() -> None:
    line = Line()
    Attached().hear(cast("Connection", line), "Fetch.requestPaused", {"requestId": "R"}, None)
    refusal = {"requestId": "R", "errorReason": "BlockedByClient"}
    assert line.sent == [("Fetch.failRequest", None, refusal)]
