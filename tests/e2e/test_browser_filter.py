"""A school's filter: an extension that a policy installs, and that shows a page of its own instead.

Chromium lets nobody watch the pages of such an extension, so it lets go of the window; that must
neither end the browser nor leave unwatched what comes after it.
"""

import contextlib
import hashlib
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from browsing import QUIET, chromium, open_from_outside
from counterseal.evidence.browser import Kind, Visit, Watch
from fake_browsing import running
from fakes import FakeClock
from patience import until
from policies import gaps, under

MANIFEST = {
    "manifest_version": 3,
    "name": "A filter made up for tests",
    "version": "1.0",
    "permissions": ["declarativeNetRequest"],
    "host_permissions": ["http://127.0.0.1/*"],
    "declarative_net_request": {
        "rule_resources": [{"id": "all", "enabled": True, "path": "rules.json"}]
    },
    "web_accessible_resources": [{"resources": ["blocked.html"], "matches": ["http://*/*"]}],
}
RULES = [
    {
        "id": 1,
        "action": {"type": "redirect", "redirect": {"extensionPath": "/blocked.html"}},
        "condition": {"urlFilter": "/forbidden", "resourceTypes": ["main_frame"]},
    }
]
LOCAL = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""Extensions come over the network that is quiet otherwise; nothing leaves this computer for it."""


@dataclass
class Filter:
    """The extension, and the site that it comes from.

    Args:
        origin: What the site's addresses begin with.
        name: The extension's.
        asked: What was asked for.
    """

    origin: str
    name: str
    asked: list[str]


def packed(folder: Path, origin: str) -> tuple[bytes, str]:
    """Pack the extension with Chromium itself; return it and its name, which is of its key.

    Its page goes to another one after a while, as a person would who has read it.
    """
    source = folder / "filter"
    source.mkdir()
    (source / "manifest.json").write_text(json.dumps(MANIFEST))
    (source / "rules.json").write_text(json.dumps(RULES))
    page = "<title>Blocked</title>Ask technical support.<script src='blocked.js'></script>"
    (source / "blocked.html").write_text(page)
    (source / "blocked.js").write_text(f"setTimeout(()=>{{location='{origin}/allowed'}}, 4000)")
    home = folder / "packing"
    quiet = [*QUIET, f"--user-data-dir={home}", f"--pack-extension={source}"]
    subprocess.run([chromium().path, *quiet], check=False, timeout=60, capture_output=True)
    shutil.rmtree(home, ignore_errors=True)
    key = serialization.load_pem_private_key((folder / "filter.pem").read_bytes(), None)
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digits = hashlib.sha256(public).hexdigest()[:32]
    return (folder / "filter.crx").read_bytes(), "".join(chr(97 + int(d, 16)) for d in digits)


@pytest.fixture
def school_filter(tmp_path: Path) -> Iterator[Filter]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path.partition("?")[0])
            kind, body = "text/html", b"<title>A page</title>"
            if asked[-1] == "/update.xml":
                kind = "text/xml"
                check = f"<updatecheck codebase='{found.origin}/filter.crx' version='1.0'/>"
                body = (
                    "<gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>"
                    f"<app appid='{found.name}'>{check}</app></gupdate>"
                ).encode()
            elif asked[-1] == "/filter.crx":
                kind, body = "application/x-chrome-extension", content
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        content, name = packed(tmp_path, origin)
        found = Filter(origin, name, asked)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield found
        server.shutdown()


@contextlib.contextmanager
def filtered(folder: Path, by: Filter) -> Iterator[tuple[int, Watch, list[Visit]]]:
    policy = {
        "ExtensionInstallForcelist": [f"{by.name};{by.origin}/update.xml"],
        "ExtensionInstallSources": [f"{by.origin}/*"],
    }
    flags = " ".join(f'"{flag}"' for flag in (*QUIET, LOCAL) if "background-net" not in flag)
    visits: list[Visit] = []
    with running(folder, f'{under(folder, policy)} {flags} "$@"') as started:
        watch = Watch(started, visits.extend, FakeClock())
        watch.begin()
        until(lambda: "/filter.crx" in by.asked, 60)
        yield started.port, watch, visits


def opened(watch: Watch, visits: list[Visit]) -> list[str]:
    watch.flush()
    return [v.address.shown for v in visits if v.kind is Kind.OPENED and v.address]


def test_a_filters_own_page_ends_nothing_and_what_comes_after_it_is_watched(
    tmp_path: Path, school_filter: Filter
) -> None:
    blocked = f"chrome-extension://{school_filter.name}/blocked.html"
    with filtered(tmp_path, school_filter) as (port, watch, visits):
        for number in range(20):  # it needs a moment from when it came until it works
            open_from_outside(port, f"{school_filter.origin}/forbidden?{number}")
            time.sleep(0.5)
            if blocked in opened(watch, visits):
                break
        until(lambda: f"{school_filter.origin}/allowed" in opened(watch, visits))
        shown = opened(watch, visits)
        assert shown.index(blocked) < shown.index(f"{school_filter.origin}/allowed")
        time.sleep(2.0)
        assert not watch.gone
        assert gaps(visits) == []
        assert watch.lock().pages >= 1
