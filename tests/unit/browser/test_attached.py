"""What comes up after a lock is held, and what asks for something is refused."""

from typing import TYPE_CHECKING, cast

import pytest

from counterseal.evidence.browser.attached import Attached

if TYPE_CHECKING:
    from counterseal.evidence.browser.protocol import Connection

HELD = ("Page.setWebLifecycleState", "S1", {"state": "frozen"})
GOES_ON: tuple[str, str, dict[str, object]] = ("Runtime.runIfWaitingForDebugger", "S1", {})
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


def test_what_the_browser_asks_about_is_refused() -> None:
    line = Line()
    Attached().hear(cast("Connection", line), "Fetch.requestPaused", {"requestId": "R"}, None)
    refusal = {"requestId": "R", "errorReason": "BlockedByClient"}
    assert line.sent == [("Fetch.failRequest", None, refusal)]
