"""Events as a browser tells them, made up here."""

import base64
from typing import Any

from counterseal.evidence.browser.visit import Visit
from counterseal.evidence.browser.visits import Visits

NOW = 1_796_000_009_000
WALL = 1_796_000_000.25
DER = b"a certificate, as far as this test is concerned"


class Told:
    """A browser that tells what a test makes up."""

    def __init__(self) -> None:
        self.visits = Visits()

    def tell(self, method: str, session: str | None = "S1", /, **params: Any) -> None:  # noqa: ANN401
        self.visits.hear(method, params, session, NOW)

    def window(self, number: int = 1, **more: str) -> None:
        info = {"targetId": f"T{number}", "type": "page", "url": "about:blank", "title": "", **more}
        self.tell("Target.attachedToTarget", None, sessionId=f"S{number}", targetInfo=info)

    def ask(self, loader: str, url: str, at: float = 0.0, **more: Any) -> None:  # noqa: ANN401
        fields: dict[str, Any] = {
            "requestId": loader,
            "loaderId": loader,
            "frameId": "T1",
            "type": "Document",
        }
        fields |= {"wallTime": WALL + at, "timestamp": 70.0 + at}
        request = {"url": url, "method": "GET", "headers": {"Cookie": "crumb"}, "postData": "typed"}
        self.tell("Network.requestWillBeSent", **{**fields, "request": request, **more})

    def answer(self, loader: str, at: float, **more: Any) -> None:  # noqa: ANN401
        self.tell(
            "Network.responseReceived",
            requestId=loader,
            timestamp=70.0 + at,
            response={**ANSWER, **more},
        )

    def stand(self, loader: str, url: str, **more: str) -> None:
        frame = {"id": "T1", "loaderId": loader, "url": url, **more}
        self.tell("Page.frameNavigated", frame=frame, type="Navigation")

    def take(self) -> list[Visit]:
        return list(self.visits.waiting.take())


TLS = {
    "protocol": "TLS 1.3",
    "cipher": "AES_128_GCM",
    "subjectName": "one.example",
    "issuer": "An authority",
    "validFrom": 1_790_000_000,
    "validTo": 1_799_000_000,
}
ANSWER = {"status": 200, "remoteIPAddress": "192.0.2.7", "remotePort": 443, "headers": {}}
STATE = {**TLS, "certificate": [base64.b64encode(DER).decode(), "aXNzdWVy"]}
