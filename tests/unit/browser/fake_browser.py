"""A program that stands in for a browser: it speaks as one does, but for the fault it is named for.

Started with a browser's command line and the environment's FAULT: "other" says that somebody else
is the browser, "elsewhere" wants to be spoken to on another computer, "mute" answers nothing, "odd"
tells what nobody understands, "deaf" answers nothing that is sent to its one window, "windowless"
has none, "two" has two, "refusing" gives nothing of its page,
"changing" says three times that it has none as it is frozen, "restless" shows another address each
time before it does, "once" has one conversation only. What it was sent stands in the file that SENT
names. ANSWERS are more answers, TELLS is what it tells of its window, both as JSON.
"""

import http
import json
import os
import sys
from pathlib import Path
from typing import Any

from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

FAULT = os.environ["FAULT"]
PORT = int(next(word for word in sys.argv if word.startswith("--remote-deb")).partition("=")[2])
HOST = "192.0.2.1" if FAULT == "elsewhere" else "127.0.0.1"
PLACE = f"ws://{HOST}:{PORT}/devtools/browser/1"
INFO = {"targetId": "T1", "type": "page", "url": "about:blank", "title": ""}
ATTACHED = {"sessionId": "S1", "targetInfo": INFO, "waitingForDebugger": True}
PROCESS = {"type": "browser", "id": 1 if FAULT == "other" else os.getpid()}
RESULTS: dict[str, dict[str, Any]] = {
    "SystemInfo.getProcessInfo": {"processInfo": [PROCESS]},
    "Browser.getVersion": {"product": "Fake/1.0"},
    "Target.getTargets": {"targetInfos": [INFO]},
    **json.loads(os.environ.get("ANSWERS", "{}")),
}


TALKS: list[str] = []
REFUSED: list[str] = []


def front(_: ServerConnection, request: Request) -> Response | None:
    """Say where to speak to us."""
    if request.path != "/json/version":
        TALKS.append(request.path)
        return None
    if FAULT == "once" and TALKS:
        return Response(http.HTTPStatus.GONE, "Gone", Headers())
    body = json.dumps({"webSocketDebuggerUrl": PLACE}).encode()
    headers = Headers([("Content-Length", str(len(body)))])
    return Response(http.HTTPStatus.OK, "OK", headers, body)


def refuses(method: str) -> bool:
    """Whether it does not want to, by its fault."""
    if FAULT == "changing" and method == "Page.setWebLifecycleState" and len(REFUSED) < 3:
        REFUSED.append(method)
        return True
    return FAULT == "refusing" and method.startswith("Page.capture")


def speak(socket: ServerConnection) -> None:
    """Answer, or not."""
    event: dict[str, Any]
    with Path(os.environ["SENT"]).open("a", encoding="utf-8", buffering=1) as sent:
        for text in socket:
            message = json.loads(text)
            sent.write(f"{message.get('sessionId', '-')} {message['method']}\n")
            if FAULT == "mute" or (FAULT == "deaf" and "sessionId" in message):
                continue
            result = RESULTS.get(message["method"], {})
            first = message["method"] == "Target.setAutoAttach" and "sessionId" not in message
            if refuses(message["method"]):
                said = {"id": message["id"], "error": {"code": -32000, "message": "Unable"}}
                socket.send(json.dumps(said))
                continue
            if FAULT == "restless" and message["method"].startswith("Page.capture"):
                moved = {"frameId": "T1", "url": f"https://one.example/{message['id']}"}
                event = {"method": "Page.navigatedWithinDocument", "params": moved}
                socket.send(json.dumps({**event, "sessionId": "S1"}))
            if first and FAULT != "windowless":
                event = {"method": "Target.attachedToTarget", "params": ATTACHED}
                if FAULT == "odd":
                    event["params"] = {"sessionId": "S1", "targetInfo": {"type": "page"}}
                socket.send(json.dumps(event))
                for told in json.loads(os.environ.get("TELLS", "[]")):
                    socket.send(json.dumps(told))
                if FAULT == "two":
                    other = {
                        **ATTACHED,
                        "sessionId": "S2",
                        "targetInfo": {**INFO, "targetId": "T2"},
                    }
                    socket.send(json.dumps({**event, "params": other}))
            if message["method"] == "Browser.close":
                os._exit(0)
            socket.send(json.dumps({"id": message["id"], "result": result}))


with serve(speak, "127.0.0.1", PORT, process_request=front) as server:
    server.serve_forever()
