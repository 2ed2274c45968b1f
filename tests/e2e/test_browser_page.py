"""Pictures of pages by Debian's Chromium: they show the page that they name, and nobody else's."""

import functools
import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from browsing import Certified, Site, site
from counterseal.evidence.browser import Kind, Page
from counterseal.evidence.browser.saving import COMMANDS
from counterseal.evidence.browser.trouble import PageSilentError
from patience import BUSY_S, until
from watching import Watched, watched

BLOCKS = {
    (100, 75): (192, 0, 0),
    (300, 75): (0, 160, 0),
    (100, 225): (0, 0, 224),
    (300, 225): (255, 255, 255),
    (199, 149): (192, 0, 0),
    (200, 150): (255, 255, 255),
}
"""Colours of the page of blocks, by place."""


@pytest.fixture(scope="module")
def browser(good: Certified, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    pin = f"--ignore-certificate-errors-spki-list={good.pin}"
    with watched(tmp_path_factory.mktemp("vault"), pin, "--lang=en-GB") as found:
        yield found


def colours(page: Page) -> dict[tuple[int, int], object]:
    picture = Image.open(io.BytesIO(page.png)).convert("RGB")
    assert picture.size == (page.width, page.height)
    return {place: picture.getpixel(place) for place in BLOCKS}


def is_there(browser: Watched, path: str) -> bool:
    return path in str(browser.watch.looked_at())


def test_a_picture_shows_the_page_and_what_is_known_of_it(browser: Watched, secure: Site) -> None:
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/blocks")
        until(lambda: browser.watch.page().stands.certificate)
        page = browser.watch.page()
        assert page.area is not None
        assert f"{page.area.width} {page.area.height}" == hand.run("innerWidth+' '+innerHeight")
        assert page.agent == hand.run("navigator.userAgent")
        assert page.locale == hand.run("navigator.language")
    assert colours(page) == BLOCKS
    stands = page.stands
    assert stands.asked is not None
    assert stands.title is not None
    assert stands.tls is not None
    assert stands.asked == stands.final == stands.address
    assert stands.address.raw.decode() == f"{secure.origin}/blocks"
    assert (stands.title.shown, stands.redirects, stands.status) == ("Blocks", (), 200)
    assert stands.peer == f"127.0.0.1:{secure.port}"
    assert (stands.tls.protocol, stands.tls.subject) == ("TLS 1.3", "good.example")
    assert stands.certificate == secure.certificate
    assert page.product.startswith("Chrome/")


def test_the_way_of_a_page_is_named(browser: Watched, secure: Site) -> None:
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/go")
        hand.run("history.pushState(0, '', '/pushed')")
        stands = browser.watch.page().stands
    assert stands.asked is not None
    assert stands.final is not None
    way = (stands.asked, *stands.redirects, stands.final, stands.address)
    named = [one.raw.decode().removeprefix(secure.origin) for one in way]
    assert named == ["/go", "/on", "/end", "/pushed"]


def test_the_page_in_front_is_the_one_that_is_looked_at(browser: Watched, secure: Site) -> None:
    with browser.hand() as one, browser.hand() as other:
        one.go(f"{secure.origin}/red")
        other.go(f"{secure.origin}/green")
        for hand, name, colour in ((one, "Red", (192, 0, 0)), (other, "Green", (0, 160, 0))) * 2:
            hand.do("Page.bringToFront")
            shown = until(browser.watch.looked_at)
            page = browser.watch.page()
            assert shown.title.shown == name
            assert page.stands.window == shown.window
            assert colours(page) == dict.fromkeys(BLOCKS, colour)


def test_a_picture_right_after_a_click_is_of_the_page_that_it_names(
    browser: Watched, secure: Site
) -> None:
    of = {"/red": (192, 0, 0), "/green": (0, 160, 0)}
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/red")
        for path in ("/green", "/red") * 5:
            hand.start("Page.navigate", url=f"{secure.origin}{path}")
            page = browser.watch.page()
            named = page.stands.address.raw.decode().removeprefix(secure.origin)
            assert colours(page) == dict.fromkeys(BLOCKS, of[named])
            until(functools.partial(is_there, browser, path))


def test_a_fine_screen_is_taken_in_all_its_pixels(tmp_path: Path) -> None:
    with site() as plain, watched(tmp_path, "--force-device-scale-factor=2") as found:
        with found.hand() as hand:
            hand.go(f"{plain.origin}/red")
            page = found.watch.page()
        assert page.area is not None
        assert page.area.scale == 2
        assert (page.width, page.height) == page.area.pixels
        assert abs(page.width - 2 * page.area.width) <= 2


def test_a_page_that_never_comes_leaves_the_one_that_stands(browser: Watched, secure: Site) -> None:
    secure.release.clear()
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/red")
        hand.start("Page.navigate", url=f"{secure.origin}/hang")
        until(lambda: "/hang" in secure.documents)
        page = browser.watch.page()
        assert page.stands.address.raw.decode() == f"{secure.origin}/red"
        assert colours(page) == dict.fromkeys(BLOCKS, (192, 0, 0))
        secure.release.set()


def test_a_busy_page_is_refused_in_time_and_taken_when_it_is_free(
    browser: Watched, secure: Site
) -> None:
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/red")
        hand.run(
            "setTimeout(() => {const end = Date.now() + 10000; while (Date.now() < end);}, 50)"
        )
        time.sleep(0.2)
        began = time.monotonic()
        with pytest.raises(PageSilentError):
            browser.watch.page()
        assert time.monotonic() - began < 5 + BUSY_S
        assert hand.run("1") == 1  # it is free again
        page = browser.watch.page()
    assert colours(page) == dict.fromkeys(BLOCKS, (192, 0, 0))


def test_a_page_with_a_message_on_top_is_refused_in_time(browser: Watched, secure: Site) -> None:
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/red")
        hand.do("Page.enable")
        hand.start("Runtime.evaluate", expression="alert('wait')")
        time.sleep(0.3)
        began = time.monotonic()
        with pytest.raises(PageSilentError):
            browser.watch.page(browser.watch.shown()[-1].window)
        assert time.monotonic() - began < 5 + BUSY_S
        hand.do("Page.handleJavaScriptDialog", accept=True)
        assert browser.watch.page().stands.address.raw.decode() == f"{secure.origin}/red"


def test_a_page_is_saved_without_what_was_typed(browser: Watched, secure: Site) -> None:
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/typed")
        for name in ("word", "line", "more"):
            hand.run(f"{name}.focus()")
            hand.do("Input.insertText", text="opensesame")
        assert hand.run("word.value + line.value + more.value") == "opensesame" * 3
        whole, text = (browser.watch.save(form).content for form in COMMANDS)
    assert text.decode() == "Out and about\nA day by the sea\n"
    assert f"Snapshot-Content-Location: {secure.origin}/typed\r\n".encode() in whole
    assert b"A day by the sea" in whole
    assert b"image/png" in whole
    for kept in (whole, text):
        assert b"opensesame" not in kept
        assert b"biscuit" not in kept


def test_two_tabs_that_go_on_at_once_are_told_apart(browser: Watched, secure: Site) -> None:
    mark = browser.mark()
    with browser.hand() as one, browser.hand() as other:
        hands = {"one": one, "other": other}
        for number in range(10):
            for name, hand in hands.items():
                hand.start("Page.navigate", url=f"{secure.origin}/plain?{name}{number}")
            for name in hands:
                until(functools.partial(secure.documents.count, f"/plain?{name}{number}"))
        for name in hands:
            last = f"{secure.origin}/plain?{name}9"
            until(functools.partial(browser.opened, mark, last))
    found: dict[str, set[int]] = {name: set() for name in hands}
    asked = [v for v in browser.since(mark) if v.kind is Kind.ASKED and v.address]
    for visit in asked:
        assert visit.address is not None
        name = visit.address.raw.decode().partition("?")[2].rstrip("0123456789")
        found[name].add(visit.window)
    assert len(asked) == 20
    assert [len(windows) for windows in found.values()] == [1, 1]
    assert found["one"] != found["other"]


def test_a_title_as_it_stands_now_can_do_nothing(browser: Watched, secure: Site) -> None:
    with browser.hand() as hand:
        hand.go(f"{secure.origin}/odd")
        until(lambda: browser.watch.page().stands.title)
        hand.run("document.title = 'now \\u202eback\\u0000\\u200b'")
        until(lambda: "now" in str(browser.watch.looked_at()))
        title = browser.watch.page().stands.title
    assert title is not None
    assert title.shown.startswith("now \\u{202e}back")
    assert title.shown.isascii()


def test_an_address_of_a_hundred_thousand_bytes_stands_beside_its_picture(
    browser: Watched, secure: Site
) -> None:
    address = f"{secure.origin}/red?{'a%C3%A4' * 14_300}"
    with browser.hand() as hand:
        hand.go(address)
        page = browser.watch.page()
    assert len(address) > 100_000
    assert page.stands.final is not None
    assert page.stands.address.raw.decode() == page.stands.final.raw.decode() == address
    assert colours(page) == dict.fromkeys(BLOCKS, (192, 0, 0))
