"""Events as a browser tells them, made up here, and the visits that come of them."""

import hashlib
from typing import Any

import pytest

from counterseal.evidence.browser.visit import Kind, Visit
from told import ANSWER, DER, NOW, STATE, TLS, Told


@pytest.fixture
def told() -> Told:
    told = Told()
    told.window()
    told.take()
    return told


def security(told: Told, **state: Any) -> None:  # noqa: ANN401
    told.tell(
        "Security.visibleSecurityStateChanged",
        visibleSecurityState={"certificateSecurityState": {**STATE, **state}},
    )


def text(visit: Visit) -> str:
    assert visit.address is not None
    return visit.address.raw.decode()


def test_a_page_by_the_browsers_time(told: Told) -> None:
    told.ask("L1", "https://one.example/a")
    told.answer("L1", 0.5, securityDetails=TLS)
    told.stand("L1", "https://one.example/a", urlFragment="#end")
    asked, page = told.take()
    assert (asked.kind, asked.utc_ms, asked.by_browser) == (Kind.ASKED, 1_796_000_000_250, True)
    assert (page.kind, page.utc_ms, page.by_browser) == (Kind.OPENED, 1_796_000_000_750, True)
    assert (page.status, page.peer, text(page)) == (
        200,
        "192.0.2.7:443",
        "https://one.example/a#end",
    )
    assert page.tls is not None
    assert page.tls.as_dict() == {
        "protocol": "TLS 1.3",
        "cipher": "AES_128_GCM",
        "subject": "one.example",
        "issuer": "An authority",
        "valid_from": 1_790_000_000,
        "valid_to": 1_799_000_000,
    }


def test_headers_and_bodies_are_left_where_they_are(told: Told) -> None:
    told.ask("L1", "https://ann:secret@one.example/a")
    told.answer("L1", 0.5, headers={"Set-Cookie": "crumb"})
    told.stand("L1", "https://ann:secret@one.example/a")
    kept = str([visit.as_dict() for visit in told.take()]) + str(told.visits.shown())
    assert "one.example" in kept
    assert not [word for word in ("crumb", "typed", "secret") if word in kept]


def test_every_stop_of_a_redirect_with_who_sent_on(told: Told) -> None:
    told.ask("L1", "https://one.example/a")
    sent_on = {**ANSWER, "status": 302, "securityDetails": TLS}
    told.ask("L1", "https://two.example/b", 0.1, redirectResponse=sent_on)
    told.answer("L1", 0.2, remoteIPAddress="192.0.2.8")
    told.stand("L1", "https://two.example/b")
    first, second, page = told.take()
    assert [v.kind for v in (first, second, page)] == [Kind.ASKED, Kind.REDIRECTED, Kind.OPENED]
    assert second.before is not None
    assert (second.before.raw, text(second)) == (b"https://one.example/a", "https://two.example/b")
    assert (second.status, second.peer) == (302, "192.0.2.7:443")
    assert second.tls is not None
    assert (page.status, page.peer, page.tls) == (200, "192.0.2.8:443", None)


def test_frames_and_what_a_page_loads_are_no_visits(told: Told) -> None:
    told.ask("L2", "https://one.example/frame", frameId="F2")
    told.ask("L3", "https://one.example/picture", requestId="R9")
    told.answer("L2", 0.1)
    frame = {"id": "F2", "parentId": "T1", "loaderId": "L2", "url": "https://one.example/frame"}
    told.tell("Page.frameNavigated", frame=frame)
    told.tell("Page.navigatedWithinDocument", frameId="F2", url="https://one.example/frame#a")
    told.tell("Network.dataReceived", requestId="L2")
    told.tell("Network.requestWillBeSent", "of a worker", nonsense=True)
    assert told.take() == []


def test_an_address_that_a_page_changes_by_itself(told: Told) -> None:
    told.tell("Page.navigatedWithinDocument", frameId="T1", url="https://one.example/pushed")
    (visit,) = told.take()
    assert (visit.kind, visit.utc_ms, visit.by_browser) == (Kind.HISTORY, NOW, False)
    assert text(visit) == "https://one.example/pushed"
    assert told.visits.shown()[0].address.raw == b"https://one.example/pushed"


def test_what_a_page_has_the_browser_ask_for_ahead_was_opened_by_nobody(told: Told) -> None:
    told.ask("L1", "https://one.example/next", type="Prefetch")
    told.answer("L1", 0.5)
    told.visits.learn([{"targetId": "T1", "url": "https://one.example/next", "title": "N"}], NOW)
    (ahead,) = told.take()
    assert (ahead.kind, text(ahead)) == (Kind.AHEAD, "https://one.example/next")
    told.tell("Network.loadingFailed", requestId="L1", timestamp=71.0, errorText="net::ERR_ABORTED")
    told.ask("L2", "https://one.example/next", 2.0)
    told.stand("L2", "https://one.example/next")
    assert [visit.kind for visit in told.take()] == [Kind.ASKED, Kind.OPENED]


def test_what_came_after_a_page_that_may_not_be_watched_is_written_down(told: Told) -> None:
    told.take()
    told.tell("Target.detachedFromTarget", None, sessionId="S1")
    told.window(1, url="https://ann:secret@one.example/b")
    (visit,) = told.take()
    assert (visit.kind, text(visit)) == (Kind.OPENED, "https://[removed]@one.example/b")
    told.window(1, url="https://one.example/c")  # attached twice, which says nothing new
    assert told.take() == []


def test_a_page_from_the_browsers_memory_has_no_answer(told: Told) -> None:
    told.ask("L1", "https://one.example/a")
    told.answer("L1", 0.5)
    told.stand("L1", "https://one.example/a")
    told.take()
    told.stand("L1", "https://one.example/a")
    (page,) = told.take()
    assert (page.kind, page.by_browser, page.status, page.peer) == (Kind.OPENED, False, None, None)


def test_an_address_that_fails_and_its_error_page(told: Told) -> None:
    told.ask("L1", "https://one.example/a")
    told.tell(
        "Network.loadingFailed",
        requestId="L1",
        timestamp=71.0,
        errorText="net::ERR_NAME_NOT_RESOLVED",
        canceled=False,
    )
    told.stand("L1", "chrome-error://chromewebdata/", unreachableUrl="https://one.example/a")
    _, failed = told.take()
    assert (failed.kind, failed.utc_ms) == (Kind.FAILED, 1_796_000_001_250)
    assert (text(failed), failed.failure) == ("https://one.example/a", "net::ERR_NAME_NOT_RESOLVED")
    assert told.visits.shown()[0].address.raw == b"https://one.example/a"


def refuse(told: Told) -> None:
    told.ask("L1", "https://one.example/a")
    why = "net::ERR_CERT_DATE_INVALID"
    told.tell(
        "Network.loadingFailed", requestId="L1", timestamp=71.0, errorText=why, canceled=False
    )


def test_a_certificate_error_with_the_certificate(told: Told) -> None:
    refuse(told)
    security(told, certificateNetworkError="net::ERR_CERT_DATE_INVALID")
    _, refused = told.take()
    assert refused.kind is Kind.CERTIFICATE
    assert refused.certificate == hashlib.sha256(DER).hexdigest()


def test_a_warning_does_not_take_the_certificate_of_the_page_before(told: Told) -> None:
    refuse(told)
    security(told)
    assert [visit.certificate for visit in told.take()] == [None, None]


@pytest.mark.parametrize("other", ["subjectName", "issuer", "validFrom", "validTo"])
def test_a_certificate_of_another_page_is_not_taken(told: Told, other: str) -> None:
    told.ask("L1", "https://one.example/a")
    told.answer("L1", 0.5, securityDetails=TLS)
    told.stand("L1", "https://one.example/a")
    security(told, **{other: "of the page before"})
    assert [visit.certificate for visit in told.take()] == [None, None]
    security(told)
    (more,) = told.take()
    assert (more.kind, more.of, more.certificate) == (Kind.MORE, 3, hashlib.sha256(DER).hexdigest())
    security(told)
    assert told.take() == []


def test_a_title_joins_its_visit_or_follows_it(told: Told) -> None:
    told.ask("L1", "https://one.example/a")
    told.answer("L1", 0.5)
    told.stand("L1", "https://one.example/a")
    info = {"targetId": "T1", "type": "page", "url": "https://one.example/b", "title": "Not yet"}
    told.tell("Target.targetInfoChanged", None, targetInfo=info)
    info |= {"url": "https://one.example/a", "title": "one.example/a"}
    told.tell("Target.targetInfoChanged", None, targetInfo=info)
    _, page = told.take()
    assert page.title is None
    told.tell("Target.targetInfoChanged", None, targetInfo={**info, "title": "A day out"})
    (more,) = told.take()
    assert (more.kind, more.of) == (Kind.MORE, page.number)
    assert more.title is not None
    assert more.title.raw == b"A day out"
    told.tell("Target.targetInfoChanged", None, targetInfo={**info, "title": "Flashing"})
    assert told.take() == []


def test_a_page_that_could_not_speak_yet_is_written_down_once(told: Told) -> None:
    here = {"targetId": "T1", "type": "page", "url": "https://one.example/a", "title": "A day out"}
    told.ask("L1", "https://one.example/a")
    told.visits.learn([here], NOW, settled=True)
    assert [visit.kind for visit in told.take()] == [Kind.ASKED]  # it may hang
    told.answer("L1", 0.5, securityDetails=TLS)
    security(told)
    told.visits.learn([here], NOW)
    assert told.take() == []
    told.visits.learn([here], NOW, settled=True)
    told.stand("L1", "https://one.example/a")
    told.visits.learn([here], NOW, settled=True)
    (page,) = told.take()
    assert (page.kind, page.status, page.utc_ms) == (Kind.OPENED, 200, 1_796_000_000_750)
    assert page.title is not None
    assert page.certificate == hashlib.sha256(DER).hexdigest()
    told.stand("L1", "https://one.example/a")
    assert [visit.kind for visit in told.take()] == [Kind.OPENED]  # from the browser's memory


def test_a_page_that_changed_its_address_before_it_could_speak_is_written_down(told: Told) -> None:
    told.ask("L1", "https://one.example/a")
    told.ask("L2", "https://two.example/other")
    told.answer("L2", 0.4)
    told.answer("L1", 0.5, securityDetails=TLS)
    told.tell("Page.navigatedWithinDocument", frameId="T1", url="https://one.example/pushed")
    told.stand("L1", "https://one.example/a")
    told.ask("L3", "https://one.example/c")
    told.answer("L3", 0.6)
    told.tell("Page.navigatedWithinDocument", frameId="T1", url="https://one.example/again")
    found = [(visit.kind, text(visit)) for visit in told.take() if visit.kind is not Kind.ASKED]
    assert found == [
        (Kind.OPENED, "https://one.example/a"),
        (Kind.HISTORY, "https://one.example/pushed"),
        (Kind.HISTORY, "https://one.example/again"),  # the next page is not there yet
    ]


def test_pages_that_could_not_speak_are_each_written_down_once_the_browser_shows_them(
    told: Told,
) -> None:
    def info(page: str) -> dict[str, str]:
        return {"targetId": "T1", "type": "page", "url": f"https://one.example/{page}", "title": ""}

    for number, page in enumerate("abc"):
        told.ask(f"L{page}", f"https://one.example/{page}", number / 10)
        told.answer(f"L{page}", number / 10 + 0.05)
    assert told.visits.behind(info("a")) == "S1"
    assert told.visits.behind(info("d")) is None  # nobody asked for it
    assert told.visits.behind({**info("a"), "targetId": "T9"}) is None
    told.stand("Lc", "https://one.example/c")
    for page in "ab":
        told.visits.learn([info(page)], NOW, settled=True)
    assert told.visits.behind(info("a")) is None
    for page in "ab":
        told.stand(f"L{page}", f"https://one.example/{page}")  # said after all, and too late
    visits = [visit for visit in told.take() if visit.kind is Kind.OPENED]
    assert [text(visit)[-1] for visit in visits] == ["c", "a", "b"]
    assert all(visit.status == 200 and visit.by_browser for visit in visits)
    assert [visit.utc_ms for visit in visits[1:]] == [1_796_000_000_300, 1_796_000_000_400]
    (shown,) = told.visits.shown()
    assert shown.address.raw == b"https://one.example/c"  # the others have passed


def test_what_was_asked_for_and_never_heard_of_again_is_let_go(told: Told) -> None:
    for number in range(500):
        told.ask(f"L{number}", f"https://one.example/{number}")
        told.answer(f"L{number}", 0.1)
    told.stand("L499", "https://one.example/499")
    (window,) = told.visits._targets.values()
    assert len(window.asked) < 100
    assert window.address == "https://one.example/499"


def test_windows_their_opener_and_their_end(told: Told) -> None:
    told.window(2, openerId="T1", url="")
    told.tell("Inspector.targetCrashed", "S2")
    told.tell("Target.targetDestroyed", None, targetId="T2")
    told.tell("Target.targetDestroyed", None, targetId="never heard of")
    came, fell, went = told.take()
    assert (came.kind, came.window, came.opener, came.address) == (Kind.WINDOW, 2, 1, None)
    assert [(v.kind, v.window) for v in (fell, went)] == [(Kind.CRASHED, 2), (Kind.CLOSED, 2)]
    assert [one.window for one in told.visits.shown()] == [1]


def test_a_worker_is_no_window(told: Told) -> None:
    told.window(3, type="worker")
    assert told.take() == []


@pytest.mark.parametrize(
    ("state", "kind"), [("canceled", Kind.DOWNLOAD), ("completed", Kind.SAVED)]
)
def test_what_came_of_a_download_with_its_name(told: Told, state: str, kind: Kind) -> None:
    told.tell(
        "Browser.downloadWillBegin",
        None,
        frameId="T1",
        guid="G",
        url="https://one.example/f",
        suggestedFilename="a\u202egpj.exe",
    )
    told.tell("Browser.downloadProgress", None, guid="G", state="inProgress")
    assert told.take() == []
    told.tell("Browser.downloadProgress", None, guid="G", state=state)
    told.tell("Browser.downloadProgress", None, guid="G", state=state)
    (over,) = told.take()
    assert (over.kind, over.window, text(over)) == (kind, 1, "https://one.example/f")
    assert over.name is not None
    assert over.name.shown == "a\\u{202e}gpj.exe"


def test_what_could_not_be_handed_on_stays_first(told: Told) -> None:
    told.ask("L1", "https://one.example/a")
    first = told.visits.waiting.take()
    told.visits.say(Kind.GAP, NOW, "browser silent")
    told.visits.waiting.give_back(first)
    assert [(v.number, v.kind) for v in told.take()] == [(2, Kind.ASKED), (3, Kind.GAP)]


@pytest.mark.parametrize(
    "params",
    [
        {"requestId": "L1"},
        {"requestId": "L1", "loaderId": "L1", "frameId": "T1", "request": None, "wallTime": 1},
        {"requestId": "L1", "loaderId": "L1", "frameId": "T1", "wallTime": "soon"},
    ],
)
def test_what_is_not_understood_is_said_so(told: Told, params: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        told.tell("Network.requestWillBeSent", **params)
