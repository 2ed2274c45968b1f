"""From what the browser says of itself to visits: a fold over its events. Pure.

Only main frames count. An address is written down when it is asked for, when a server sends the
browser on, and when its page stands in the window; what comes later is added while it waits to be
handed on, and afterwards by a visit of its own.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from counterseal.evidence.browser.answer import Answer, is_same, known, own_title, without_login
from counterseal.evidence.browser.downloads import Downloads
from counterseal.evidence.browser.visit import MOST_TITLE, Kind, Text
from counterseal.evidence.browser.waiting import Waiting
from counterseal.evidence.browser.window import Asked, Place, Shown, Window

_ERROR_PAGE: Final = "chrome-error://chromewebdata/"
_CERTIFICATE: Final = ("net::ERR_CERT_", "net::ERR_SSL_")

Params = Mapping[str, Any]


class Visits:
    """The visits of one watch, in their order. Those that were not handed on are in `waiting`."""

    def __init__(self) -> None:
        """Begin with no window."""
        self.waiting = Waiting()
        self._windows = 0
        self._targets: dict[str, Window] = {}
        self._sessions: dict[str, Window] = {}
        self._downloads = Downloads(self.waiting, self._targets)
        self._hears: dict[str, Callable[[Window, Params, int], None]] = {
            "Network.requestWillBeSent": self._request,
            "Network.responseReceived": self._response,
            "Network.loadingFailed": self._failed,
            "Page.frameNavigated": self._navigated,
            "Page.navigatedWithinDocument": self._within,
            "Security.visibleSecurityStateChanged": self._security,
            "Inspector.targetCrashed": lambda one, _, now: self._about(one, Kind.CRASHED, now),
        }

    def hear(self, method: str, params: Params, session: str | None, now_ms: int) -> None:
        """Take in one event; those that say nothing of a visit are passed over.

        Args:
            method: Its name.
            params: What it says.
            session: Which attached target says so; None for the browser itself.
            now_ms: When it was heard, for events that carry no time.

        Raises:
            KeyError, TypeError, ValueError: It does not have the form that the browser's makers
                describe. What it would have added is then missing.
        """
        window = self._sessions.get(session or "")
        if window is not None and method in self._hears:
            self._hears[method](window, params, now_ms)
        elif method == "Target.attachedToTarget":
            self._attached(params["targetInfo"], str(params["sessionId"]), now_ms)
        elif method == "Target.detachedFromTarget":
            if (parted := self._sessions.pop(str(params["sessionId"]), None)) is not None:
                parted.is_parted = True
        elif method == "Target.targetDestroyed":
            self._destroyed(str(params["targetId"]), now_ms)
        elif method == "Target.targetInfoChanged":
            self.learn([params["targetInfo"]], now_ms)
        elif method == "Browser.downloadWillBegin":
            self._downloads.begin(params)
        elif method == "Browser.downloadProgress":
            self._downloads.go_on(params, now_ms)

    def learn(self, targets: Iterable[Params], now_ms: int, *, settled: bool = False) -> None:
        """Take in what the browser says of its windows.

        Args:
            targets: The windows, and more.
            now_ms: When it was heard.
            settled: Whether the pages have said all that they had to say. What stands in a window
                that came up a moment ago, only the browser itself may have told of.
        """
        for target in targets:
            window = self._targets.get(str(target["targetId"]))
            if window is None:
                continue
            if settled:
                self._catch_up(window, window.load_of(str(target["url"])), now_ms)
            if not is_same(str(target["url"]), window.address):
                continue
            title = own_title(str(target["title"]), window.address)
            window.title = Text.of(title, MOST_TITLE) if title is not None else None
            if window.title is not None and not window.is_titled:
                window.is_titled = True
                self.waiting.add_to(window.visit, now_ms, title=window.title)

    def lose(self) -> None:
        """Take in that the conversation was lost; windows may be met again."""
        self._sessions = {}

    def meet_again(self, targets: Iterable[Params], now_ms: int) -> None:
        """Write down what came of windows while nobody watched; `targets` are there now."""
        found = {str(target["targetId"]): str(target["url"]) for target in targets}
        for name, window in list(self._targets.items()):
            if name not in found:
                self._destroyed(name, now_ms)
            else:
                self._meet(window, found[name], now_ms)
            window.asked.clear()  # their answers were not heard

    def behind(self, target: Params) -> str | None:
        """Return whose page may stand in its window and could not say so yet; None for nobody.

        Args:
            target: What the browser says of a window.
        """
        window = self._targets.get(str(target["targetId"]))
        if window is None or not window.is_behind(str(target["url"])):
            return None
        return next((name for name, one in self._sessions.items() if one is window), None)

    def say(
        self, kind: Kind, now_ms: int, failure: str | None = None, address: str | None = None
    ) -> None:
        """Write down what the watch has to say: a gap, of one address perhaps, or its end."""
        text = None if address is None else Text.of_address(without_login(address))
        self.waiting.put(kind, now_ms, by_browser=False, failure=failure, address=text)

    def shown(self) -> tuple[Shown, ...]:
        """Say what stands in each window."""
        return tuple(
            Shown(window.number, Text.of_address(window.address), window.title)
            for window in self._targets.values()
        )

    def places(self) -> list[Place]:
        """Say where each window can be reached, what stands in it and how that came."""
        sessions = {window.number: session for session, window in self._sessions.items()}
        return [
            Place(name, window.frame, sessions[window.number], window.standing())
            for name, window in self._targets.items()
            if window.number in sessions
        ]

    # -------------------------------------------------------------------------------- windows

    def _attached(self, target: Params, session: str, now_ms: int) -> None:
        if target["type"] != "page":
            return
        name = str(target["targetId"])
        if name in self._targets:
            window = self._sessions[session] = self._targets[name]
            if window.is_parted:
                self._meet(window, str(target["url"]), now_ms)
            return
        self._windows += 1
        window = Window(self._windows, name, without_login(str(target["url"])))
        opener = self._targets.get(str(target.get("openerId")))
        self._targets[name] = self._sessions[session] = window
        window.visit = self.waiting.put(
            Kind.WINDOW,
            now_ms,
            by_browser=False,
            window=window.number,
            address=Text.of_address(window.address) if window.address else None,
            opener=opener.number if opener else None,
        )

    def _meet(self, window: Window, url: str, now_ms: int) -> None:
        window.is_parted = False
        if not is_same(url, window.address):
            self._opened(window, "", without_login(url), now_ms)

    def _destroyed(self, name: str, now_ms: int) -> None:
        window = self._targets.pop(name, None)
        if window is None:
            return
        self._sessions = {key: one for key, one in self._sessions.items() if one is not window}
        self._about(window, Kind.CLOSED, now_ms)

    def _about(self, window: Window, kind: Kind, now_ms: int) -> None:
        address = Text.of_address(window.address) if window.address else None
        self.waiting.put(kind, now_ms, by_browser=False, window=window.number, address=address)

    # ------------------------------------------------------------------------------ addresses

    def _request(self, window: Window, params: Params, _: int) -> None:
        loader = str(params["loaderId"])
        if params["frameId"] != window.frame or params["requestId"] != loader:
            return
        request = params["request"]
        wall = float(params["wallTime"])
        address = without_login(str(request["url"])) + str(request.get("urlFragment", ""))
        answered = params.get("redirectResponse")
        answer = Answer.of(answered, 0.0) if answered else None
        before = window.asked.get(loader) if answer else None
        earlier = (*before.earlier, before.address) if before else ()
        is_ahead = params.get("type") == "Prefetch"  # what it brings stands nowhere
        asked = Kind.AHEAD if is_ahead else Kind.ASKED
        number = self.waiting.put(
            Kind.REDIRECTED if answer and not is_ahead else asked,
            round(wall * 1000),
            by_browser=True,
            window=window.number,
            address=Text.of_address(address),
            before=Text.of_address(before.address) if before else None,
            method=str(request["method"]),
            **known(answer),
        )
        if not is_ahead:
            off = wall - float(params["timestamp"])
            window.ask(loader, Asked(address, off, earlier, number))

    def _response(self, window: Window, params: Params, _: int) -> None:
        asked = window.asked.get(str(params["requestId"]))
        if asked is not None:
            asked.answer = Answer.of(params["response"], float(params["timestamp"]))

    def _failed(self, window: Window, params: Params, _: int) -> None:
        loader = str(params["requestId"])
        asked = window.asked.pop(loader, None)
        if asked is None:
            return
        failure = str(params["errorText"])
        refused = failure.startswith(_CERTIFICATE)
        number = self.waiting.put(
            Kind.CERTIFICATE if refused else Kind.FAILED,
            round((float(params["timestamp"]) + asked.ahead) * 1000),
            by_browser=True,
            window=window.number,
            address=Text.of_address(asked.address),
            failure=failure,
            **known(asked.answer),
        )
        if not params.get("canceled"):  # an error page follows and stands in the window
            window.stands(number, asked.address, asked, failure, refused=refused)

    def _navigated(self, window: Window, params: Params, now_ms: int) -> None:
        frame = params["frame"]
        if "parentId" in frame or str(frame["url"]) == _ERROR_PAGE:
            return
        window.frame, loader = str(frame["id"]), str(frame["loaderId"])
        if loader in window.caught_up:
            window.caught_up.remove(loader)
            return
        address = without_login(str(frame["url"])) + str(frame.get("urlFragment", ""))
        self._opened(window, loader, address, now_ms)

    def _catch_up(self, window: Window, loader: str | None, now_ms: int) -> None:
        """Write down a page that stands here, or stood, and could not say so itself."""
        if loader is not None:
            window.caught_up.add(loader)
            self._opened(window, loader, window.asked[loader].address, now_ms)
            self._certify(window, now_ms)

    def _opened(self, window: Window, loader: str, address: str, now_ms: int) -> None:
        asked = window.asked.pop(loader, None)
        answer = asked.answer if asked else None
        when = round((answer.stamp + asked.ahead) * 1000) if asked and answer else now_ms
        number = self.waiting.put(
            Kind.OPENED,
            when,
            by_browser=answer is not None,
            window=window.number,
            address=Text.of_address(address),
            **known(answer),
        )
        if not window.has_passed(asked):
            window.stands(number, address, asked)

    def _within(self, window: Window, params: Params, now_ms: int) -> None:
        if params["frameId"] != window.frame:
            return
        address = without_login(str(params["url"]))
        self._catch_up(window, window.load_before(address), now_ms)
        number = self.waiting.put(
            Kind.HISTORY,
            now_ms,
            by_browser=False,
            window=window.number,
            address=Text.of_address(address),
        )
        window.moves(number, address)

    # ------------------------------------------------------------------------ what comes later

    def _security(self, window: Window, params: Params, now_ms: int) -> None:
        window.secured = params["visibleSecurityState"].get("certificateSecurityState")
        self._certify(window, now_ms)

    def _certify(self, window: Window, now_ms: int) -> None:
        state = window.secured
        if not state or not state["certificate"] or window.certificate:
            return
        # It may still speak of the page before, so it must name the certificate of this answer.
        if window.is_secured_by(state):
            first = base64.b64decode(state["certificate"][0], validate=True)
            window.certificate = hashlib.sha256(first).hexdigest()
            self.waiting.add_to(window.page, now_ms, certificate=window.certificate)
