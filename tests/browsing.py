"""A site on this computer that remembers who asked for what, and a hand that moves the browser.

The site's pages are empty but for what a test needs; the hand is a second conversation with the
browser, so that the watch hears of nothing that a person's hand would not cause.
"""

import base64
import contextlib
import hashlib
import http.client
import ipaddress
import itertools
import json
import os
import shutil
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.sync.client import connect

from counterseal.evidence.browser import Browser
from patience import PATIENCE_S, until

QUIET = (
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    *(("--no-sandbox",) if os.geteuid() == 0 else ()),
)
"""What tests add to the command line, and nobody else."""


def chromium() -> Browser:
    """Return Debian's Chromium; skip the test, with a reason, where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed")
    return Browser("chromium", Path(path))


# ------------------------------------------------------------------------------------------- hand


def open_from_outside(port: int, address: str) -> None:
    """Have the browser itself open a window with an address."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    asking.request("PUT", f"/json/new?{address}")
    asking.getresponse().read()
    asking.close()


class Hand:
    """Moves one window of the browser."""

    def __init__(self, port: int) -> None:
        """Open a window."""
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        asking.request("PUT", "/json/new?about:blank")
        said = json.loads(asking.getresponse().read())
        asking.close()
        self.target = str(said["id"])
        self._numbers = itertools.count(1)
        self._closing = contextlib.ExitStack()
        self._socket = self._closing.enter_context(
            connect(said["webSocketDebuggerUrl"], proxy=None, ping_interval=None, max_size=None)
        )

    def do(self, method: str, **params: object) -> dict[str, Any]:
        """Do something and wait for the answer."""
        number = self.start(method, **params)
        while True:
            said = json.loads(self._socket.recv(PATIENCE_S))
            if said.get("id") == number:
                return dict(said["result"])

    def start(self, method: str, **params: object) -> int:
        """Do something and wait for nothing."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        return number

    def go(self, address: str) -> None:
        """Open an address and wait until its page is there."""
        self.do("Page.navigate", url=address)
        until(lambda: self.run("document.readyState") == "complete")

    def run(self, script: str) -> Any:  # noqa: ANN401
        """Do what a person's click would do."""
        said = self.do("Runtime.evaluate", expression=script, userGesture=True)
        return said["result"].get("value")

    def close(self) -> None:
        """Close the conversation, not the window."""
        self._closing.close()


# ------------------------------------------------------------------------------------------- site


@dataclass(slots=True)
class Site:
    """A site that remembers.

    Args:
        port: Where it is.
        origin: What its addresses begin with.
        certificate: SHA-256 of its certificate; empty without TLS.
        documents: Paths that windows asked for, in order.
        all: Every path, in order.
        release: Lets the page that hangs go.
    """

    port: int
    origin: str
    certificate: str = ""
    documents: list[str] = field(default_factory=list)
    all: list[str] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
"""A picture of one pixel."""
PAGES = {
    "/plain": "<title>Plain</title>",
    "/end": "<title>End</title>",
    "/inner": "<title>Inner</title>",
    "/frames": "<title>Frames</title><iframe src='/inner'></iframe>",
    "/push": "<title>Push</title><script>onload=()=>history.pushState(0,'','/pushed')</script>",
    "/opens": "<title>Opens</title><a id=a href='/opened' target=_blank>a</a>",
    "/opened": "<title>Opened</title>",
    "/ahead": "<title>Ahead</title><a id=a href='/end'>a</a><script type=speculationrules>"
    '{"prefetch": [{"urls": ["/end"], "eagerness": "immediate"}]}</script>',
    "/odd": "<title>one \u202etwo\u0007 &lt;b> \\ a\u0308</title>",
    "/secret": "<title>Secret</title><form method=post action='/taken'><input name=word "
    "value=opensesame></form>",
    "/taken": "<title>Taken</title>",
    "/blocks": "<title>Blocks</title><style>body{margin:0;background:#fff}div{position:absolute;"
    "width:200px;height:150px}</style><div style='background:#c00000'></div><div style="
    "'left:200px;background:#00a000'></div><div style='top:150px;background:#0000e0'></div>",
    "/typed": "<title>Typed</title><h1>Out <i>and</i> about</h1><p>A day by the sea"
    "<p hidden>Not shown<form><input id=word type=password><input id=line><textarea id=more>"
    f"</textarea></form><img src='data:image/png;base64,{DOT}'>",
    "/red": "<title>Red</title><body style='background:#c00000'>",
    "/green": "<title>Green</title><body style='background:#00a000'>",
    "/again": "<title>Again</title><script>setTimeout(()=>location.href='/again?'+Math.random(),30)"
    "</script>",
    "/poll": "<title>Poll</title><p id=p></p><script>"
    "setInterval(()=>fetch('/tick').catch(()=>0),40);"
    "(function f(){p.textContent=Math.random();requestAnimationFrame(f)})();"
    "new Worker(URL.createObjectURL(new Blob([`setInterval(()=>"
    "fetch('${origin}/work').catch(()=>0),40)`])))</script>",
}
PAGES |= {
    "/behind": "<title>Behind</title><script>new SharedWorker('/shared.js');"
    "navigator.serviceWorker.register('/service.js').then(()=>navigator.serviceWorker.ready)"
    ".then(r=>r.active.postMessage(0))</script>",
    "/shared.js": "setInterval(()=>fetch('/shared').catch(()=>0),40)",
    "/service.js": "onmessage=e=>{e.waitUntil(new Promise(()=>0));"
    "setInterval(()=>fetch('/service').catch(()=>0),40)}",
}
REDIRECTS = {"/go": "/on", "/on": "/end"}


@contextlib.contextmanager
def site(certified: "Certified | None" = None) -> Iterator[Site]:
    """Run a site for the length of a block, with TLS where there is a certificate for it."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        port = int(server.server_address[1])
        if certified is not None:
            server.tls = certified.context()
        scheme = "https" if certified else "http"
        digest = certified.sha256 if certified else ""
        server.site = Site(port, f"{scheme}://127.0.0.1:{port}", digest)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.site
        finally:
            server.site.release.set()
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    site: Site
    tls: ssl.SSLContext | None = None

    def handle_error(self, *_: object) -> None:
        """Say nothing: browsers drop connections, and refuse certificates, as they like."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    timeout = PATIENCE_S

    def setup(self) -> None:
        if self.server.tls is not None:
            self.request = self.server.tls.wrap_socket(
                self.request, server_side=True, do_handshake_on_connect=False
            )
            try:
                self.request.settimeout(PATIENCE_S)
                self.request.do_handshake()
            except OSError:
                self.request.close()
                raise
        super().setup()

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.request.close()

    def handle(self) -> None:
        site = self.server.site
        words = self.rfile.readline(1 << 20).split()
        if len(words) < 3:
            return  # the browser only opened a connection beforehand
        headers = {}
        while line := self.rfile.readline(1 << 16).strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        self.rfile.read(int(headers.get("content-length", 0)))
        path = words[1].decode("ascii")
        site.all.append(path)
        if headers.get("sec-fetch-dest") == "document":
            site.documents.append(path)
        if path == "/hang":
            site.release.wait(PATIENCE_S)
        self._answer(path.partition("?")[0])

    def _answer(self, path: str) -> None:
        body = PAGES.get(path, "").encode()
        lines = ["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8"]
        if path in REDIRECTS:
            lines = ["HTTP/1.1 302 Found", f"Location: {REDIRECTS[path]}"]
        elif path.endswith(".js"):
            lines[1] = "Content-Type: text/javascript"
        elif path == "/file":
            lines[1] = "Content-Type: application/zip"
            lines.append("Content-Disposition: attachment; filename=a.zip")
            body = b"zip"
        lines += ["Set-Cookie: crumb=biscuit", f"Content-Length: {len(body)}", "Connection: close"]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)


# ----------------------------------------------------------------------------------- certificates


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate for 127.0.0.1 and its key.

    Args:
        path: Both, and that of the authority.
        sha256: Of the certificate.
        pin: SHA-256 of the authority's key, as a command line of the browser names it.
    """

    path: Path
    sha256: str
    pin: str

    def context(self) -> ssl.SSLContext:
        """Return what a server needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context


def certify(folder: Path, name: str) -> Certified:
    """Make an authority of our own, and a certificate that it issues for 127.0.0.1."""
    top, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate(f"{name} authority", top, f"{name} authority", top, is_authority=True)
    ours = _certificate(name, leaf, f"{name} authority", top, is_authority=False)
    key = leaf.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = serialization.Encoding.PEM
    path = folder / f"{name}.pem"
    path.write_bytes(key + ours.public_bytes(pem) + root.public_bytes(pem))
    spki = top.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    pin = base64.b64encode(hashlib.sha256(spki).digest()).decode()
    der = ours.public_bytes(serialization.Encoding.DER)
    return Certified(path, hashlib.sha256(der).hexdigest(), pin)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    by: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    signer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)])
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .sign(by, hashes.SHA256())
    )
