"""An address that is itself a picture or a page: what it holds never comes into the record."""

import ast
import hashlib
from pathlib import Path

import pytest

import counterseal
from browsing import DOT
from counterseal.evidence.browser.visit import Text
from told import Told

PICTURE = f"data:image/png;base64,{DOT}"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (PICTURE, "data:image/png;base64,[not kept]"),
        (PICTURE.replace("data", "DaTa"), "DaTa:image/png;base64,[not kept]"),
        (f"\x01 \t{PICTURE}", "data:image/png;base64,[not kept]"),
        (PICTURE.replace("da", "d\na\t"), "data:image/png;base64,[not kept]"),
        (f"view-source:{PICTURE}", "view-source:data:image/png;base64,[not kept]"),
        (
            f"View-Source: {PICTURE}".replace(": ", ":"),
            "View-Source:data:image/png;base64,[not kept]",
        ),
        (f"data:{DOT}", "data:[not kept]"),
        (f"data:,{DOT}", "data:,[not kept]"),
        (f"data:{'a' * 500},{DOT}", f"data:{'a' * 195},[not kept]"),
        (f"data:{'a' * 194}ä,{DOT}", f"data:{'a' * 194},[not kept]"),
        (f"javascript:show('{DOT}', 1)", "javascript:[not kept]"),
        (f"JavaScript:show('{DOT}', 1)", "JavaScript:[not kept]"),
    ],
)
def test_only_what_stands_before_the_content_is_kept(address: str, kept: str) -> None:
    text = Text.of_address(address)
    assert text.raw.decode() == kept
    assert (text.size, text.is_whole) == (len(address.encode()), False)
    assert text.sha256 == hashlib.sha256(address.encode()).hexdigest()


@pytest.mark.parametrize(
    "address",
    [
        "https://one.example/data:image/png,a",
        "https://one.example/?a=data:,b",
        "blob:https://one.example/0b3c4f2e-0000-4000-8000-000000000000",
        "blob:null/0b3c4f2e-0000-4000-8000-000000000000",
        "about:blank",
        "chrome://newtab/",
        "database:a,b",
        "",
    ],
)
def test_every_other_address_is_kept_whole(address: str) -> None:
    text = Text.of_address(address)
    assert (text, text.is_whole) == (Text.of(address), True)


def test_a_mark_as_long_as_the_content_is_not_taken_for_it() -> None:
    text = Text.of_address("data:text/plain,0123456789")
    assert len(text.raw) == text.size
    assert not text.is_whole


def test_no_visit_and_nothing_that_stands_in_a_window_holds_a_picture() -> None:
    told, odd = Told(), f"view-source:{PICTURE}"
    told.window(1, url=PICTURE)
    told.ask("L1", "https://one.example/")
    moved = {"status": 302, "remoteIPAddress": "192.0.2.7", "remotePort": 443}
    told.ask("L1", PICTURE, 0.1, redirectResponse=moved)
    told.answer("L1", 0.2)
    told.stand("L1", PICTURE, urlFragment=f"#{DOT}")
    for title in (PICTURE, f"{DOT} (1 by 1)", odd):
        info = {"targetId": "T1", "type": "page", "url": f"{PICTURE}#{DOT}", "title": title}
        told.tell("Target.targetInfoChanged", None, targetInfo=info)
    told.tell("Page.navigatedWithinDocument", frameId="T1", url=odd)
    stands: list[object] = [told.visits.shown(), told.visits.places()]
    told.ask("L2", PICTURE, 0.3)
    told.ask("L2", odd, 0.4, redirectResponse=moved)
    told.tell("Network.loadingFailed", requestId="L2", timestamp=71.0, errorText="net::ERR_ABORTED")
    stands += [told.visits.shown(), told.visits.places()]
    begun = {"guid": "G", "url": PICTURE, "suggestedFilename": "a.png", "frameId": "T1"}
    told.tell("Browser.downloadWillBegin", None, **begun)
    told.tell("Browser.downloadProgress", None, guid="G", state="canceled")
    told.tell("Target.targetDestroyed", None, targetId="T1")
    visits = told.take()
    assert len(visits) == 10
    assert DOT not in repr((stands, visits))
    assert all(one.address and one.address.size > 40 for one in visits[2:])
    assert visits[-2].name == Text.of("a.png")


def test_every_text_without_a_limit_of_its_own_is_made_as_an_address() -> None:
    for path in Path(counterseal.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Text.of":
                assert len(node.args) + len(node.keywords) > 1, f"{path}:{node.lineno}"
