"""What stood there when people answered: whatever differs in what they answered for is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from counterseal.evidence.browser.stood import Layout, Stood
from counterseal.evidence.browser.trouble import PageChangedError, PageSilentError
from counterseal.evidence.browser.visit import Text
from counterseal.evidence.browser.window import Standing
from fake_browsing import faking, sent
from unit.browser.test_page import answers, metrics, png

SEEN = {"clientWidth": 800.4, "clientHeight": 600, "pageX": 0, "pageY": 900.2}
LAYOUT = Layout(800, 600, 0, 900, 800, 1500)
STANDS = Standing(2, 7, Text.of_address("https://chat.example/9"))
STOOD = Stood(2, 7, STANDS.address.sha256, LAYOUT, whole=True, since=1_000)


def whole_metrics(**seen: float) -> dict[str, object]:
    found = metrics(60, 40)
    found["cssVisualViewport"] |= {"pageX": 0, "pageY": 0, **seen}
    return {**found, "cssContentSize": {"width": 60, "height": 400}}


def test_a_layout_is_read_in_whole_pixels() -> None:
    said = {"cssVisualViewport": SEEN, "cssContentSize": {"width": 800, "height": 1499.6}}
    assert Layout.of(said) == LAYOUT


@pytest.mark.parametrize("layout", [LAYOUT, None])
def test_it_is_the_same_after_its_way_through_a_message(layout: Layout | None) -> None:
    stood = replace(STOOD, layout=layout)
    assert Stood.of(json.loads(json.dumps(stood.as_dict()))) == stood


@pytest.mark.parametrize(
    "now",
    [
        replace(STANDS, window=3),
        replace(STANDS, visit=8),
        replace(STANDS, address=Text.of_address("https://chat.example/10")),
    ],
)
def test_another_page_or_window_is_refused(now: Standing) -> None:
    STOOD.check(STANDS, 1_000)
    with pytest.raises(PageChangedError, match="The page changed after you answered"):
        STOOD.check(now, 1_000)


def test_after_a_time_in_which_nobody_heard_the_browser_nothing_from_before_counts() -> None:
    """The page may have gone and come back at the same address."""
    with pytest.raises(PageChangedError):
        STOOD.check(STANDS, 1_001)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("name", ["across", "down", "left", "top", "width", "height"])
def test_what_lies_there_otherwise_is_refused(name: str, whole: bool) -> None:  # noqa: FBT001
    stood = replace(STOOD, whole=whole)
    stood.check_layout(LAYOUT)
    other = replace(LAYOUT, **{name: 17})
    if name in {"width", "height"} and not whole:
        stood.check_layout(other)  # nobody takes what is further down
        return
    with pytest.raises(PageChangedError, match="scrolled or changed its size"):
        stood.check_layout(other)


def test_a_page_too_busy_to_say_is_not_taken_on_trust() -> None:
    with pytest.raises(PageSilentError):
        STOOD.check_layout(None)
    replace(STOOD, layout=None).check_layout(None)  # nor did it say anything before


# ----------------------------------------------------------------------------------- with a browser


def test_what_stands_there_is_taken(tmp_path: Path) -> None:
    said = answers(png(60, 40), **{"Page.getLayoutMetrics": whole_metrics()})
    with faking(tmp_path, "none", ANSWERS=said) as (_, watch, _):
        watch.begin(10.0)
        found = watch.stands(whole=True)
        assert found is not None
        shown, stood = found
        assert (shown.window, shown.address.shown) == (1, "about:blank")
        assert stood.layout == Layout(60, 40, 0, 0, 60, 400)
        assert watch.page(stood).tries == 1
        layout = replace(stood.layout, height=300)
        for other in (replace(stood, visit=9), replace(stood, layout=layout)):
            with pytest.raises(PageChangedError):
                watch.page(other)
            with pytest.raises(PageChangedError):
                watch.save("mhtml", other)
        for other in (replace(stood, window=2), replace(stood, since=stood.since - 1)):
            with pytest.raises(PageChangedError):
                watch.page(other)
        assert watch.page(replace(stood, layout=layout, whole=False)).png == png(60, 40)
        assert sent(tmp_path, "S1").count("Page.captureScreenshot") == 2
        assert "Page.captureSnapshot" not in sent(tmp_path, "S1")


@pytest.mark.parametrize("whole", [True, False])
def test_a_page_that_changes_while_it_is_taken_is_refused_at_once(
    tmp_path: Path,
    whole: bool,  # noqa: FBT001
) -> None:
    with faking(tmp_path, "restless", ANSWERS=answers(png(60, 40))) as (_, watch, _):
        watch.begin(10.0)
        found = watch.stands(whole=whole)
        assert found is not None
        assert found[1].layout is None
        with pytest.raises(PageChangedError):
            watch.page(found[1])
        assert sent(tmp_path, "S1").count("Page.captureScreenshot") == 1


def test_no_window_stands_nowhere(tmp_path: Path) -> None:
    with faking(tmp_path, "windowless") as (_, watch, _):
        watch.begin(10.0)
        assert watch.stands(whole=False) is None
