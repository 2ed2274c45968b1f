"""The documents say what is so: made pages, links, names of modules and tests, versions."""

import ast
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "counterseal"
CUSTODY = SOURCE / "custody"
LINK = re.compile(r"\]\(([^)\s]+)\)")


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
    unlocked = "That you unlocked it was kept; somebody stopped it once more."
    browser = "That no browser is watched was kept."
    assert said == {"The step was kept.", practice, unlocked, browser}


def kinds_of_findings() -> set[str]:
    kinds: set[str] = set()
    for _, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                name, first = ast.unparse(node.func), node.args[0]
                if name in {"Finding", "walk.add"} and isinstance(first, ast.Constant):
                    kinds.add(str(first.value))
    return kinds


# ------------------------------------------------------------------------------------------ links


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages()
        for target in LINK.findall(without_code(page))
        if not target.startswith(("https://", "mailto:")) and not leads_somewhere(page, target)
    ]
    assert broken == []


def test_decisions_have_numbers_of_their_own_and_are_all_listed() -> None:
    names = [path.name for path in sorted((DOCS / "adr").glob("[0-9]*.md"))]
    numbers = [int(name[:4]) for name in names]
    assert len(set(numbers)) == len(numbers)
    index = (DOCS / "adr" / "README.md").read_text("utf-8")
    for number, name in zip(numbers, names, strict=True):
        title = (DOCS / "adr" / name).read_text("utf-8").splitlines()[0]
        assert f"| {number} | [{title.removeprefix(f'# {number}. ')}]({name}) |" in index


def pages() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def without_code(page: Path) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)


def leads_somewhere(page: Path, target: str) -> bool:
    name, _, place = target.partition("#")
    there = (page.parent / name).resolve() if name else page
    if not there.exists() or not there.is_relative_to(ROOT):
        return False
    return not place or place in places(there)


def places(page: Path) -> set[str]:
    """Give the anchors of a page, as GitHub and its like make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


# -------------------------------------------------------------------- names of what is not a page


def test_the_threat_model_names_modules_and_tests_that_exist() -> None:
    named = re.findall(r"`([\w/]+(?:\.py|/))`", (DOCS / "threat-model.md").read_text("utf-8"))
    wrong = {n for n in named if not (SOURCE / n).exists() and not (ROOT / "tests" / n).exists()}
    assert len(named) > 50
    assert wrong == {"src/counterseal/", "tests/"} & set(named)


def test_the_list_of_modules_made_again_does_not_differ() -> None:
    command = [sys.executable, "-X", "utf8", str(DOCS / "make_architecture.py"), "--print"]
    made = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    page = (DOCS / "architecture.md").read_text("utf-8")
    assert made.stdout == page, "run docs/make_architecture.py and commit docs/architecture.md"
    names = {path.name for path in SOURCE.rglob("*.py")}
    assert {name for name in names if f"| `{name}` |" not in page} == set()


def test_whatever_else_the_architecture_names_is_there() -> None:
    page, _, _ = (DOCS / "architecture.md").read_text("utf-8").partition("<!-- The tree")
    named = set(re.findall(r"`([\w/]+\.(?:py|toml|md)|[\w/]+/)`", page))
    wrong = {n for n in named if not any((at / n).exists() for at in (ROOT, SOURCE, CUSTODY))}
    wrong -= {f"{kind}/" for kind in ("unit", "cli", "e2e", "faults", "strangers", "vectors")}
    assert len(named) > 30
    assert wrong == set()


def test_the_architecture_names_every_layer_and_every_home() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    page = (DOCS / "architecture.md").read_text("utf-8")
    layers = next(c["layers"] for c in contracts["contracts"] if c["type"] == "layers")
    arrows = next(line for line in page.splitlines() if "←" in line)
    bottom_up = [re.findall(r"\w+", layer) for layer in reversed(layers)]
    assert [re.findall(r"\w+", part) for part in arrows.split("←")] == [
        layer for layer in bottom_up if layer != ["__main__"]
    ]
    for contract in contracts["contracts"]:
        foreign = contract.get("protected_modules", contract.get("forbidden_modules", ()))
        for package in (one for one in foreign if not one.startswith("counterseal.")):
            assert re.search(rf"^\|.*`{package}`.*\|$", page, flags=re.MULTILINE), package


def test_the_page_for_it_knows_every_check_of_doctor() -> None:
    checks = (SOURCE / "workflow" / "checks.py").read_text("utf-8")
    doctor = (SOURCE / "commands" / "doctor.py").read_text("utf-8")
    names = set(re.findall(r'(?:Checked|_raised)\(\s*"([a-z-]+)"', checks + doctor))
    page = (DOCS / "for-it.md").read_text("utf-8")
    assert len(names) > 8
    assert {name for name in names if f"| `{name}` |" not in page} == set()


def test_the_versions_are_those_of_the_locks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *itertools.chain.from_iterable(extras)]
    direct = {re.split(r"[^\w-]", line)[0] for line in wanted} - {"counterseal"}
    lock = (ROOT / "requirements" / "test.txt").read_text("utf-8")
    locked = dict(re.findall(r"^([\w-]+)==([\w.]+)", lock, flags=re.MULTILINE))
    page = (DOCS / "versions.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| ([a-z0-9-]+) \| (\d[\w.]*) \|$", page, flags=re.MULTILINE))
    assert listed == {name: locked[name] for name in direct}


# -------------------------------------------------------------------------------------- our words


def test_no_page_promises_what_no_program_can() -> None:
    assert holding(r"admissible|forensically sound|tamper-?proof|\bauthentic\b") == []


def test_no_page_names_somebodys_folders() -> None:
    assert holding(r"/home/|/root/|/work/|/tmp/|[A-Z]:\\|\.\./shared") == []


def holding(pattern: str) -> list[str]:
    found = re.compile(pattern, re.IGNORECASE)
    return [
        f"{page.relative_to(ROOT)}: {match[0]}"
        for page in pages()
        for match in found.finditer(page.read_text("utf-8"))
    ]
