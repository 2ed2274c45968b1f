"""Debian's Chromium shows pictures that stand in their own address; none is written down."""

import json
from pathlib import Path

from browsing import DOT, site
from counterseal.evidence.browser import Kind
from patience import until
from watching import watched

PICTURE = f"data:image/png;base64,{DOT}"
SAVES = f"<a id=a download=a.png href='{PICTURE}'>a</a>"


def test_no_picture_comes_into_the_record_by_its_address(tmp_path: Path) -> None:
    with site() as ours, watched(tmp_path) as found, found.hand() as hand:
        mark = found.mark()
        hand.go(PICTURE)
        until(lambda: any(PICTURE[:22].encode() in one.address.raw for one in found.watch.shown()))
        stands = [*found.watch.shown(), found.watch.page().stands]
        hand.go(f"view-source:{PICTURE}")
        stands += found.watch.shown()
        hand.go(f"data:text/html,<title>Hi</title><a href='{ours.origin}'>{DOT}</a>")
        stands += found.watch.shown()
        hand.go(f"{ours.origin}/plain")
        hand.run(f"document.body.innerHTML = {SAVES!r}; a.click()")
        until(lambda: [v for v in found.since(mark) if v.kind is Kind.DOWNLOAD])
        visits = found.visits
    kept = json.dumps([visit.as_dict() for visit in visits]) + repr(stands) + repr(visits)
    assert not [part for part in (DOT, DOT[:12], DOT[-12:]) if part in kept]
    asked = [v for v in visits if v.kind is Kind.ASKED and v.address]
    assert asked[0].address is not None
    assert asked[0].address.raw == b"data:image/png;base64,[not kept]"
    assert asked[0].address.size == len(PICTURE)
    denied = next(v for v in visits if v.kind is Kind.DOWNLOAD)
    assert denied.name is not None
    assert denied.name.raw == b"a.png"
