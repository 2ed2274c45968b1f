"""A picture of a page: only whole and of the right size, and never of another page."""

import base64
import hashlib
import json
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counterseal.errors import AcquisitionError, VaultError
from counterseal.evidence.browser import BrowserGoneError, Kind, Visit, Watch
from counterseal.evidence.browser import front as fronts
from counterseal.evidence.browser.page import Area, size_of
from counterseal.evidence.browser.trouble import (
    LockedError,
    NoWindowError,
    PageRestlessError,
    PageSilentError,
)
from counterseal.evidence.browser.visit import Text
from counterseal.evidence.browser.window import Place, Standing
from counterseal.evidence.screen.port import BlankPictureError
from fake_browsing import faking, sent
from fakes import FakeClock
from patience import SOON_S
from told import STATE, TLS, Told

HIDDEN = fronts.Told(visible=False, focused=False, locale="")
SEEN = fronts.Told(visible=True, focused=False, locale="")
BEHIND = fronts.Told(visible=False, focused=True, locale="")
USED = fronts.Told(visible=True, focused=True, locale="")


def part(name: bytes, content: bytes) -> bytes:
    size, check = struct.pack(">I", len(content)), struct.pack(">I", zlib.crc32(name + content))
    return size + name + content + check


def png(width: int, height: int, rows: bytes | None = None) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    filled = zlib.compress(bytes(height * (1 + 3 * width)) if rows is None else rows)
    parts = part(b"IHDR", header), part(b"IDAT", filled), part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def metrics(width: int, height: int, scale: float = 1.0, zoom: float = 1.0) -> dict[str, Any]:
    across, down = width / scale, height / scale
    css = {"clientWidth": int(across), "clientHeight": int(down)}
    return {
        "layoutViewport": {"clientWidth": width, "clientHeight": height},
        "cssLayoutViewport": css,
        "cssVisualViewport": {
            "clientWidth": across,
            "clientHeight": down,
            "scale": 1,
            "zoom": zoom,
        },
    }


def answers(picture: bytes, **more: object) -> str:
    told = {"type": "object", "value": [True, False, "en-GB"]}
    said = {
        "Browser.getVersion": {"product": "Fake/1.0", "userAgent": "Fake of a school"},
        "Page.captureScreenshot": {"data": base64.b64encode(picture).decode()},
        "Page.getLayoutMetrics": metrics(60, 40),
        "Page.createIsolatedWorld": {"executionContextId": 7},
        "Runtime.evaluate": {"result": told},
    }
    return json.dumps({**said, **more})


# ---------------------------------------------------------------------------------------- pictures


def test_the_size_of_a_picture() -> None:
    assert size_of(png(60, 40)) == (60, 40)


def test_an_empty_picture_is_refused() -> None:
    with pytest.raises(BlankPictureError, match="empty picture"):
        size_of(b"")


@pytest.mark.parametrize(
    "harm",
    [
        lambda whole: whole[1:],
        lambda whole: whole[:-1],
        lambda whole: whole[:-12],
        lambda whole: whole + b"\0",
        lambda whole: whole[:29] + bytes(4) + whole[33:],  # its sum no longer fits
        lambda whole: whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
        lambda _: png(60, 40, b"short"),
        lambda _: png(0, 40),
        lambda _: b"\x89PNG\r\n\x1a\n",
        lambda whole: whole[:8] + part(b"IHDR", b"") + whole[33:],
    ],
)
def test_a_picture_that_cannot_be_read_is_refused(harm: Callable[[bytes], bytes]) -> None:
    with pytest.raises(AcquisitionError, match="could not be read"):
        size_of(harm(png(60, 40)))


@pytest.mark.parametrize(
    ("area", "size"),
    [
        (metrics(1050, 693), (1050, 693)),
        (metrics(1035, 678), (1050, 693)),  # with two scroll bars
        (metrics(1210, 556, 2.2, 1.1), (1240, 586)),  # and so on a fine screen
        (metrics(1050, 693), (1048, 691)),
    ],
)
def test_a_picture_has_the_size_of_the_page_area(
    area: dict[str, Any], size: tuple[int, int]
) -> None:
    assert Area.of(area).fits(*size)


@pytest.mark.parametrize("size", [(1047, 693), (1050, 720), (1090, 693), (1050, 5000)])
def test_a_picture_of_another_size_is_not_of_the_page_area(size: tuple[int, int]) -> None:
    assert not Area.of(metrics(1050, 693)).fits(*size)


def test_the_scale_is_that_of_screen_and_zoom_together() -> None:
    found = Area.of(metrics(1210, 556, 2.2, 1.1))
    assert (found.width, found.height, found.scale, found.zoom) == (550, 252, 2.2, 1.1)


# ------------------------------------------------------------------------------------------ window


@pytest.fixture
def told() -> Told:
    told = Told()
    told.window()
    told.take()
    return told


def place(name: str) -> Place:
    return Place(name, name, name, Standing(1, 1, Text.of("about:blank")))


@pytest.mark.parametrize(
    ("told", "order", "chosen"),
    [
        ({"A": SEEN, "B": USED}, ["A", "B"], "B"),
        ({"A": HIDDEN, "B": SEEN}, ["A", "B"], "B"),
        ({"A": BEHIND, "B": SEEN}, ["A", "B"], "B"),
        ({"A": SEEN, "B": SEEN}, ["B", "A"], "B"),
        ({"A": SEEN}, ["B", "A"], "A"),
        ({"A": HIDDEN}, ["A", "B"], "B"),  # it may well be seen, and is too busy to say
        ({"A": USED}, ["B", "A"], "A"),
        ({}, ["B", "A"], "B"),
        ({}, [], "A"),
    ],
)
def test_the_window_that_people_look_at(
    told: dict[str, fronts.Told], order: list[str], chosen: str
) -> None:
    assert fronts.front(told, [place("A"), place("B")], order).target == chosen


def test_how_a_page_came_and_what_stands_there(told: Told) -> None:
    sent_on = {"status": 302, "remoteIPAddress": "192.0.2.7", "remotePort": 443}
    told.ask("L1", "https://one.example/a")
    told.ask("L1", "https://one.example/b", 0.1, redirectResponse=sent_on)
    told.ask("L1", "https://one.example/c", 0.2, redirectResponse=sent_on)
    told.answer("L1", 0.3, securityDetails=TLS)
    told.stand("L1", "https://one.example/c")
    (before,) = told.visits.places()
    told.tell("Page.navigatedWithinDocument", frameId="T1", url="https://one.example/pushed")
    security = {"visibleSecurityState": {"certificateSecurityState": STATE}}
    told.tell("Security.visibleSecurityStateChanged", **security)
    info = {"targetId": "T1", "url": "https://one.example/pushed", "title": "First"}
    told.visits.learn([info], 1)
    told.visits.learn([{**info, "title": "Now"}], 2)
    (found,) = told.visits.places()
    stands = found.stands
    assert (found.target, found.frame, found.session) == ("T1", "T1", "S1")
    assert before.stands.visit != stands.visit
    assert stands.asked is not None
    assert stands.final is not None
    assert stands.title is not None
    assert [one.shown for one in (stands.asked, *stands.redirects, stands.final)] == [
        "https://one.example/a",
        "https://one.example/b",
        "https://one.example/c",
    ]
    assert stands.address.shown == "https://one.example/pushed"
    assert stands.title.shown == "Now"
    assert (stands.status, stands.peer, stands.failure) == (200, "192.0.2.7:443", None)
    assert stands.tls is not None
    assert stands.certificate is not None
    visits = told.take()
    opened = next(visit for visit in visits if visit.kind is Kind.OPENED)
    assert opened.certificate == stands.certificate  # of the page, not of what it showed later


def test_a_message_of_the_browsers_own_is_not_a_page(told: Told) -> None:
    told.ask("L1", "https://one.example/a")
    told.tell(
        "Network.loadingFailed",
        requestId="L1",
        timestamp=71.0,
        errorText="net::ERR_NAME_NOT_RESOLVED",
        canceled=False,
    )
    (found,) = told.visits.places()
    assert found.stands.asked is not None
    assert found.stands.asked == found.stands.address
    assert (found.stands.failure, found.stands.final) == ("net::ERR_NAME_NOT_RESOLVED", None)


def test_a_page_from_memory_was_asked_for_nothing(told: Told) -> None:
    told.ask("L1", "https://one.example/a")
    told.answer("L1", 0.3, securityDetails=TLS)
    told.stand("L1", "https://one.example/a")
    told.stand("L2", "https://one.example/before")
    (found,) = told.visits.places()
    assert (found.stands.asked, found.stands.redirects, found.stands.status) == (None, (), None)
    assert (found.stands.tls, found.stands.certificate) == (None, None)
    assert found.stands.final == found.stands.address


def test_a_window_is_reached_where_its_page_went(told: Told) -> None:
    info = {"targetId": "T1", "type": "page", "url": "https://one.example/", "title": ""}
    told.tell("Target.attachedToTarget", None, sessionId="S9", targetInfo=info)
    told.tell("Target.detachedFromTarget", None, sessionId="S1")
    assert [one.session for one in told.visits.places()] == ["S9"]
    told.tell("Target.detachedFromTarget", None, sessionId="S9")
    assert told.visits.places() == []


# ----------------------------------------------------------------------------------------- browser


def test_a_picture_and_what_is_known_beside_it(tmp_path: Path) -> None:
    picture = png(60, 40)
    with faking(tmp_path, "none", ANSWERS=answers(picture)) as (_, watch, visits):
        watch.begin(10.0)
        found = watch.page()
        shown = watch.looked_at()
        assert (found.png, found.width, found.height) == (picture, 60, 40)
        assert found.digest.sha256 == hashlib.sha256(picture).hexdigest()
        assert found.taken == FakeClock().now()
        assert (found.product, found.agent) == ("Fake/1.0", "Fake of a school")
        assert found.area == Area(60, 40, 1.0, (60, 40), 1.0)
        assert (found.locale, found.tries) == ("en-GB", 1)
        assert found.stands.address.shown == "about:blank"
        assert (found.stands.asked, found.stands.status, found.stands.peer) == (None, None, None)
        assert shown is not None
        assert (shown.window, shown.address.shown) == (1, "about:blank")
        assert [visit.kind for visit in visits] == [Kind.WINDOW]  # it was handed on first
        assert "Runtime.enable" not in sent(tmp_path, "S1")  # which a page could notice


def test_what_a_page_does_not_say_is_not_made_up(tmp_path: Path) -> None:
    more: dict[str, object] = {"Page.createIsolatedWorld": {}, "Page.getLayoutMetrics": {}}
    with faking(tmp_path, "none", ANSWERS=answers(png(60, 40), **more)) as (_, watch, _):
        watch.begin(10.0)
        found = watch.page()
        assert (found.area, found.locale) == (None, None)
        assert "Runtime.evaluate" not in sent(tmp_path, "S1")  # it would be the page's own world


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (b"", "empty picture"),
        (b"no picture", "could not be read"),
        (png(90, 40), "is 90 by 40 pixels but the page area is 60 by 40"),
    ],
)
def test_a_wrong_picture_is_refused(tmp_path: Path, picture: bytes, said: str) -> None:
    with faking(tmp_path, "none", ANSWERS=answers(picture)) as (_, watch, _):
        watch.begin(10.0)
        with pytest.raises(AcquisitionError, match=said):
            watch.page()


@pytest.mark.parametrize("fault", ["deaf", "refusing"])
def test_a_page_that_does_not_answer(tmp_path: Path, fault: str) -> None:
    with faking(tmp_path, fault, ANSWERS=answers(png(60, 40))) as (_, watch, _):
        watch.begin(10.0)
        began = time.monotonic()
        with pytest.raises(PageSilentError, match="does not answer") as caught:
            watch.page()
        assert time.monotonic() - began < SOON_S
        assert "Bring it to the front" in caught.value.advice


def test_a_page_that_changes_each_time_is_refused(tmp_path: Path) -> None:
    with faking(tmp_path, "restless", ANSWERS=answers(png(60, 40))) as (_, watch, _):
        watch.begin(10.0)
        with pytest.raises(PageRestlessError, match="changed while it was being taken"):
            watch.page()
        assert sent(tmp_path, "S1").count("Page.captureScreenshot") == 3


def test_no_window(tmp_path: Path) -> None:
    with faking(tmp_path, "windowless") as (_, watch, _):
        watch.begin(10.0)
        assert watch.looked_at() is None
        with pytest.raises(NoWindowError, match="has no window open"):
            watch.page()


def test_another_window(tmp_path: Path) -> None:
    with faking(tmp_path, "none", ANSWERS=answers(png(60, 40))) as (_, watch, _):
        watch.begin(10.0)
        with pytest.raises(NoWindowError, match="That window"):
            watch.page(2)
        assert "Page.captureScreenshot" not in sent(tmp_path, "S1")


def test_nothing_is_taken_after_a_lock(tmp_path: Path) -> None:
    with faking(tmp_path, "none", ANSWERS=answers(png(60, 40))) as (_, watch, _):
        watch.begin(10.0)
        watch.lock()
        for look in (watch.page, watch.looked_at):
            with pytest.raises(LockedError, match="is locked"):
                look()
        assert "Page.captureScreenshot" not in sent(tmp_path, "S1")


def test_a_lock_that_comes_meanwhile_wins(tmp_path: Path) -> None:
    with faking(tmp_path, "none", ANSWERS=answers(png(60, 40))) as (found, _, _):
        calls: list[int] = []

        def stop(_: tuple[Visit, ...]) -> None:
            calls.append(1)
            watch.lock()

        watch = Watch(found, stop, FakeClock(), every_s=60.0)
        watch.begin(10.0)
        with pytest.raises(LockedError):
            watch.page()
        assert calls
        assert "Page.captureScreenshot" not in sent(tmp_path, "S1")


def test_nothing_is_taken_where_nobody_watches(tmp_path: Path) -> None:
    with faking(tmp_path, "none", ANSWERS=answers(png(60, 40))) as (found, watch, visits):
        with pytest.raises(BrowserGoneError):
            watch.page()
        watch.begin(10.0)
        found.end()
        with pytest.raises(BrowserGoneError, match="was closed"):
            watch.page()
        assert visits[-1].kind is Kind.GAP


def test_nothing_is_taken_that_could_not_be_written_down_first(tmp_path: Path) -> None:
    with faking(tmp_path, "none", ANSWERS=answers(png(60, 40))) as (found, _, _):

        def full(_: tuple[Visit, ...]) -> None:
            what = "The disk is full."
            raise VaultError(what)

        watch = Watch(found, full, FakeClock())
        watch.begin(10.0)
        with pytest.raises(VaultError):
            watch.page()
        assert "Page.captureScreenshot" not in sent(tmp_path, "S1")
