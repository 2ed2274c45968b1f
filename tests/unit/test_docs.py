"""The documents say what is so: made pages, links, names of modules and tests, versions."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "counterseal"


def parsed() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text("utf-8"))


# ----------------------------------------------------------------------------------------- errors


def test_the_page_of_errors_made_again_does_not_differ() -> None:
    command = [sys.executable, "-X", "utf8", str(DOCS / "make_errors.py"), "--print"]
    made = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    assert made.stdout == (DOCS / "errors.md").read_text("utf-8"), (
        "run docs/make_errors.py and commit docs/errors.md"
    )


def test_every_error_for_people_stands_on_the_page() -> None:
    named = {"CountersealError"}
    nodes = [node for _, tree in parsed() for node in ast.walk(tree)]
    found = [node for node in nodes if isinstance(node, ast.ClassDef)]
    while True:  # subclasses of subclasses, wherever they are defined
        more = {c.name for c in found if named & {ast.unparse(base) for base in c.bases}} - named
        if not more:
            break
        named |= more
    page = (DOCS / "errors.md").read_text("utf-8")
    assert len(named) > 20
    assert {name for name in named if f"— {name}\n" not in page} == {"CountersealError"}


def test_every_kind_of_finding_is_explained() -> None:
    page = (DOCS / "errors.md").read_text("utf-8")
    assert {kind for kind in kinds_of_findings() if f"| `{kind}` |" not in page} == set()


def test_whatever_was_kept_in_spite_of_an_error_is_explained() -> None:
    said = {
        keyword.value.value
        for _, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "kept" and isinstance(keyword.value, ast.Constant)
        if isinstance(keyword.value.value, str)
    }
    practice = "The practice record is stopped, as a real one would be."
    assert said == {"The step was kept.", practice}


def kinds_of_findings() -> set[str]:
    kinds: set[str] = set()
    for _, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                name, first = ast.unparse(node.func), node.args[0]
                if name in {"Finding", "walk.add"} and isinstance(first, ast.Constant):
                    kinds.add(str(first.value))
    return kinds
