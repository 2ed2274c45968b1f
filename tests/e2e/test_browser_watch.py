"""Debian's Chromium under watch: what is written down is what the server saw, and a lock holds."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from browsing import Certified, Site, certify, site
from counterseal.errors import VaultError
from counterseal.evidence.browser import BrowserGoneError, Kind, Visit
from counterseal.evidence.browser.locking import LOCK_S
from counterseal.evidence.browser.trouble import BrowserSilentError
from patience import BUSY_S, until
from watching import Watched, watched

ASKING = {Kind.ASKED, Kind.REDIRECTED}


@pytest.fixture(scope="module")
def browser(good: Certified, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("vault")
    pin = f"--ignore-certificate-errors-spki-list={good.pin}"
    with watched(folder, pin) as found:
        yield found


def addresses(visits: list[Visit], *kinds: Kind) -> list[str]:
    return [v.address.raw.decode() for v in visits if v.kind in kinds and v.address]


def opened(visits: list[Visit], address: str) -> Visit:
    return next(v for v in visits if v.kind is Kind.OPENED and addresses([v], v.kind) == [address])


def merged(visits: list[Visit]) -> dict[int, dict[str, object]]:
    """Every visit with what was added to it later."""
    found: dict[int, dict[str, object]] = {}
    for visit in visits:
        said = visit.as_dict()
        if visit.of is None:
            found[visit.number] = said
        else:
            found[visit.of] |= {k: said[k] for k in ("title", "certificate") if k in said}
    return found


# ----------------------------------------------------------------------------------------- visits


def test_what_a_page_has_the_browser_ask_for_ahead_is_not_called_opened(
    browser: Watched, secure: Site
) -> None:
    """The server saw it, so it is written down; nobody went there, so that is not."""
    mark, seen = browser.mark(), len(secure.documents)
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/ahead")
        until(lambda: "/end" in secure.documents[seen:])
        until(lambda: addresses(browser.since(mark), Kind.AHEAD))
        visits = browser.since(mark)
        assert addresses(visits, Kind.AHEAD) == [f"{secure.origin}/end"]
        assert addresses(visits, Kind.ASKED, Kind.OPENED) == [f"{secure.origin}/ahead"] * 2
        hand.run("a.click()")
        until(lambda: browser.opened(mark, f"{secure.origin}/end"))
    assert addresses(browser.since(mark), Kind.AHEAD) == [f"{secure.origin}/end"]


def test_what_is_written_down_is_what_the_server_saw(browser: Watched, secure: Site) -> None:
    origin, mark, seen = secure.origin, browser.mark(), len(secure.documents)
    began = time.time()
    with browser.hand() as hand:
        hand.go(f"{origin}/plain")
        hand.go(f"{origin}/go")
        hand.go(f"{origin}/frames#part")
        hand.go(f"{origin}/push")
        until(lambda: hand.run("location.pathname") == "/pushed")
        hand.run("history.back()")
        hand.go(f"{origin}/opens")
        hand.run("a.click()")
        until(lambda: "/opened" in secure.documents[seen:])
        until(lambda: any(one.title for one in browser.watch.shown() if "opened" in str(one)))
    visits = browser.since(mark)
    asked = addresses(visits, *ASKING)
    assert [one.partition("#")[0].removeprefix(origin) for one in asked] == secure.documents[seen:]
    assert asked.count(f"{origin}/frames#part") == 1
    assert not any("/inner" in one for one in addresses(visits, *Kind))
    assert addresses(visits, Kind.HISTORY)[0] == f"{origin}/pushed"
    times = [v.utc_ms for v in visits if v.kind in ASKING]
    assert times == sorted(times)
    assert all(v.by_browser for v in visits if v.kind in ASKING)
    assert began * 1000 - 50 <= times[0] <= times[-1] <= time.time() * 1000 + 50
    assert [v.number for v in visits] == list(range(visits[0].number, visits[-1].number + 1))


def test_a_new_window_that_hurries_leaves_no_page_out(browser: Watched, secure: Site) -> None:
    mark = browser.mark()
    wanted = [f"{secure.origin}/plain?{number}" for number in range(12)]
    with browser.hand() as hand:
        for address in wanted:
            hand.do("Page.navigate", url=address)
    until(lambda: len(addresses(browser.since(mark), Kind.OPENED)) >= len(wanted), 3.0)
    visits = browser.since(mark)
    assert addresses(visits, Kind.ASKED) == wanted
    assert sorted(addresses(visits, Kind.OPENED)) == sorted(wanted)
    assert all(visit.status == 200 for visit in visits if visit.kind is Kind.OPENED)
    assert browser.watch.shown()[-1].address.raw.decode() == wanted[-1]


def test_each_answer_carries_its_own_connection(browser: Watched, secure: Site) -> None:
    mark = browser.mark()
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/go")
    visits = browser.since(mark)
    first, second = (v for v in visits if v.kind is Kind.REDIRECTED)
    assert first.before is not None
    assert first.before.raw.decode() == f"{secure.origin}/go"
    assert (first.status, second.status) == (302, 302)
    page = opened(visits, f"{secure.origin}/end")
    for visit in (first, second, page):
        assert visit.peer == f"127.0.0.1:{secure.port}"
        assert visit.tls is not None
        assert visit.tls.protocol == "TLS 1.3"
        assert (visit.tls.subject, visit.tls.issuer) == ("good.example", "good.example authority")
    assert page.status == 200
    until(lambda: merged(browser.since(mark))[page.number].get("certificate"))
    whole = merged(browser.visits)[page.number]
    assert whole["certificate"] == secure.certificate
    assert whole["title"] == {"text": "End", "size": 3, "sha256": whole["title"]["sha256"]}  # type: ignore[index]


def test_a_window_that_a_page_opens_is_named_with_its_opener(
    browser: Watched, secure: Site
) -> None:
    mark = browser.mark()
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/opens")
        hand.run("a.click()")
        until(lambda: f"{secure.origin}/opened" in addresses(browser.since(mark), Kind.OPENED))
        hand.do("Page.close")
    until(lambda: addresses(browser.since(mark), Kind.CLOSED))
    ours, popup = (v for v in browser.visits[mark:] if v.kind is Kind.WINDOW)
    assert popup.opener == ours.window
    assert opened(browser.visits[mark:], f"{secure.origin}/opened").window == popup.window
    closed = next(v for v in browser.visits[mark:] if v.kind is Kind.CLOSED)
    assert (closed.window, addresses([closed], Kind.CLOSED)) == (
        ours.window,
        [f"{secure.origin}/opens"],
    )


def test_a_file_is_denied_and_written_down(browser: Watched, secure: Site) -> None:
    mark = browser.mark()
    with browser.hand() as hand:
        hand.start("Page.navigate", url=f"{secure.origin}/file")
        until(lambda: addresses(browser.since(mark), Kind.DOWNLOAD))
    denied = next(v for v in browser.visits[mark:] if v.kind is Kind.DOWNLOAD)
    assert addresses([denied], Kind.DOWNLOAD) == [f"{secure.origin}/file"]
    assert denied.name is not None
    assert denied.name.raw == b"a.zip"
    assert list(browser.running.folder.parents[1].rglob("*.zip*")) == []


def test_a_page_that_never_comes_is_written_down_at_once(browser: Watched, secure: Site) -> None:
    mark = browser.mark()
    secure.release.clear()
    with browser.hand() as hand:
        hand.start("Page.navigate", url=f"{secure.origin}/hang")
        until(lambda: f"{secure.origin}/hang" in addresses(browser.since(mark), Kind.ASKED))
        assert addresses(browser.visits[mark:], Kind.OPENED) == []
        hand.start("Page.navigate", url=f"{secure.origin}/plain")
        until(lambda: addresses(browser.since(mark), Kind.FAILED))
    secure.release.set()
    assert addresses(browser.visits[mark:], Kind.FAILED) == [f"{secure.origin}/hang"]


def test_a_certificate_error_stays_an_error(browser: Watched, tmp_path: Path) -> None:
    mark = browser.mark()
    with site(certify(tmp_path, "other.example")) as other, browser.hand() as hand:
        hand.start("Page.navigate", url=f"{other.origin}/plain")
        until(lambda: addresses(browser.since(mark), Kind.CERTIFICATE))
        refused = next(v for v in browser.visits[mark:] if v.kind is Kind.CERTIFICATE)
        until(lambda: merged(browser.since(mark))[refused.number].get("certificate"))
        assert other.all == []
        assert addresses(browser.visits[mark:], Kind.OPENED) == []
    assert refused.failure == "net::ERR_CERT_AUTHORITY_INVALID"
    assert merged(browser.visits[mark:])[refused.number]["certificate"] == other.certificate


def test_an_address_of_a_hundred_thousand_bytes_is_kept_whole(
    browser: Watched, secure: Site
) -> None:
    mark = browser.mark()
    address = f"{secure.origin}/plain?{'a%C3%A4' * 14_300}"
    with browser.hand() as hand:
        hand.go(address)
    visits = browser.since(mark)
    assert len(address) > 100_000
    assert address in addresses(visits, Kind.ASKED)
    page = opened(visits, address)
    assert page.address is not None
    assert page.address.is_whole
    assert secure.documents[-1] == address.removeprefix(secure.origin)


def test_a_title_can_do_nothing_where_it_is_shown(browser: Watched, secure: Site) -> None:
    mark = browser.mark()
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/odd")
        until(lambda: any("title" in one for one in merged(browser.since(mark)).values()))
    title = next(one["title"] for one in merged(browser.visits[mark:]).values() if "title" in one)
    assert isinstance(title, dict)
    assert title["text"].startswith("one \\u{202e}two")
    assert title["text"].isascii()
    assert title["text"].endswith("<b> \\\\ a\\u{308}")


def test_no_cookie_and_nothing_that_was_typed_is_kept(browser: Watched, secure: Site) -> None:
    mark = browser.mark()
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/secret")
        hand.run("document.forms[0].submit()")
        until(lambda: f"{secure.origin}/taken" in addresses(browser.since(mark), Kind.OPENED))
    kept = json.dumps([visit.as_dict() for visit in browser.visits])
    assert '"POST"' in kept
    assert "opensesame" not in kept
    assert "biscuit" not in kept


def test_a_page_is_not_told_that_it_is_watched(browser: Watched, secure: Site) -> None:
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/plain")
        assert hand.run("navigator.webdriver") is False


def test_visits_that_could_not_be_kept_are_handed_on_again(browser: Watched, secure: Site) -> None:
    mark, browser.full = browser.mark(), True
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/plain")
        with pytest.raises(VaultError, match="disk is full"):
            browser.watch.flush()
        browser.full = False
    assert addresses(browser.since(mark), Kind.ASKED) == [f"{secure.origin}/plain"]
    numbers = [visit.number for visit in browser.visits]
    assert numbers == list(range(1, len(numbers) + 1))


# -------------------------------------------------------------------------------------------- end


def test_a_session_ends_with_its_browser(tmp_path: Path) -> None:
    with watched(tmp_path) as found:
        assert found.watch.product.startswith("Chrome/")
        assert f"--user-data-dir={tmp_path}/browser/2026-001" in found.running.command
        found.watch.end()
        assert not found.running.is_alive()
        assert found.visits[-1].kind is Kind.CLOSED
        assert Kind.GAP not in {visit.kind for visit in found.visits}
        assert (tmp_path / "browser" / "2026-001").is_dir()


def test_a_browser_that_is_killed_leaves_a_gap(tmp_path: Path) -> None:
    with watched(tmp_path) as found:
        began = time.monotonic()
        os.killpg(found.running.process.pid, signal.SIGKILL)
        with pytest.raises(BrowserGoneError, match="closed or has stopped") as caught:
            until(found.watch.flush)
        assert time.monotonic() - began < 5 + BUSY_S
        assert "Go on by hand" in caught.value.advice
        assert (found.visits[-1].kind, found.visits[-1].failure) == (Kind.GAP, "browser gone")


def test_a_browser_that_hangs_leaves_a_gap_until_it_answers(tmp_path: Path) -> None:
    with watched(tmp_path) as found:
        began = time.monotonic()
        os.kill(found.running.process.pid, signal.SIGSTOP)
        with pytest.raises(BrowserSilentError, match="does not answer"):
            found.watch.flush()
        assert time.monotonic() - began < 5 + BUSY_S
        assert found.watch.lock().took_ms <= (LOCK_S + BUSY_S) * 1000
        os.kill(found.running.process.pid, signal.SIGCONT)
        found.watch.flush()
        kinds = [visit.kind for visit in found.visits]
        assert kinds.count(Kind.GAP) == kinds.count(Kind.AGAIN) == 1
