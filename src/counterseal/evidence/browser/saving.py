"""A page as a file, in memory: whole (MHTML), or its text alone. Nothing that was typed into it.

Both are made by the browser beside the page; no script runs in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from counterseal.clock import Instant
from counterseal.evidence.browser.trouble import PageSilentError, PageTooLargeError
from counterseal.evidence.browser.window import Standing

Form = Literal["mhtml", "text"]
COMMANDS: Final[Mapping[Form, tuple[str, Mapping[str, Any]]]] = {
    "mhtml": ("Page.captureSnapshot", {"format": "mhtml"}),
    "text": ("DOMSnapshot.captureSnapshot", {"computedStyles": []}),
}
"""What a page is asked for, by the form that is wanted."""
MOST_SAVED: Final = 50 * 1024 * 1024
"""In bytes."""
_TYPED: Final = {"INPUT", "TEXTAREA"}


@dataclass(frozen=True, slots=True)
class Saved:
    """One page as a file, in memory, and what is known of the page.

    Args:
        content: The exact bytes.
        form: "mhtml" or "text".
        taken: When they had come, by the wall clock and the monotonic one.
        stands: What stood in the window before and after, and the way that it came.
        product: The browser and its version, as it names itself.
        agent: What it tells sites that it is.
        tries: How often it was taken; the earlier ones were dropped.
    """

    content: bytes
    form: Form
    taken: Instant
    stands: Standing
    product: str
    agent: str
    tries: int


def saved(form: Form, said: Mapping[str, Any], most: int = MOST_SAVED) -> bytes:
    """Return the bytes of a page from what the browser said of it.

    Args:
        form: "mhtml" or "text".
        said: The browser's answer.
        most: How many bytes it may have.

    Raises:
        PageSilentError: It does not have the form that the browser's makers describe.
        PageTooLargeError: There are more bytes.
    """
    try:
        text = str(said["data"]) if form == "mhtml" else text_of(said)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise PageSilentError from error
    content = text.encode("utf-8", "surrogatepass")
    if len(content) > most:
        what = (
            f"The page has {len(content):,} bytes; more than {most:,} are not saved, so nothing "
            "of it was."
        )
        raise PageTooLargeError(what)
    return content


def text_of(said: Mapping[str, Any]) -> str:
    """Return the text that a page and its frames lay out, line by line, in their own order.

    Args:
        said: The browser's snapshot of the page.
    """
    lines: list[str] = []
    for document in said["documents"]:
        lines += _lines(document, said["strings"])
    return "".join(f"{line}\n" for line in lines)


def _lines(document: Mapping[str, Any], strings: Sequence[str]) -> Iterator[str]:
    line, top, right = "", 0.0, 0.0
    for text, (left, upper, width, height) in _pieces(document, strings):
        goes_on = abs(upper - top) < height / 2 and left >= right - 1
        if not goes_on:
            if line.strip():
                yield line.strip()
            line = ""
        line += text
        top, right = upper, left + width
    if line.strip():
        yield line.strip()


def _pieces(
    document: Mapping[str, Any], strings: Sequence[str]
) -> Iterator[tuple[str, Sequence[float]]]:
    nodes, layout = document["nodes"], document["layout"]
    names = [strings[one] if one >= 0 else "" for one in nodes["nodeName"]]
    above = nodes["parentIndex"]
    for node, text, bounds in zip(
        layout["nodeIndex"], layout["text"], layout["bounds"], strict=True
    ):
        if text >= 0 and not any(name in _TYPED for name in _upwards(node, names, above)):
            yield strings[text], bounds


def _upwards(node: int, names: Sequence[str], above: Sequence[int]) -> Iterator[str]:
    while node >= 0:
        yield names[node]
        node = above[node]
