"""Write the list of modules into docs/architecture.md, from the first line of each module.

    python docs/make_architecture.py            write docs/architecture.md beside this file
    python docs/make_architecture.py --print    write the text to standard output instead

`tests/unit/test_docs.py` makes the text again and demands no difference.
"""

import ast
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("architecture.md")
SOURCE = Path(__file__).parents[1] / "src" / "counterseal"
START = "<!-- The tree: made by docs/make_architecture.py -->\n"
END = "<!-- The end of the tree -->\n"
ORDER = (
    *("", "policy", "policy/profiles", "keys", "evidence", "evidence/screen", "evidence/browser"),
    *("custody", "handover", "workflow", "commands"),
)
DATA = {
    "handover/report.css": "How `START-HERE.html` looks, on paper too.",
    "evidence/screen/practice.html": "The made-up page of the practice case.",
    "keys/common.txt": "Passphrases that too many people use.",
    "keys/words.txt": "2,048 words, for suggesting passphrases.",
    "py.typed": "Tells type checkers that the package carries types.",
}
"""What each file is that is not Python. A profile says it by itself, in its `title`."""


def page() -> str:
    """Return docs/architecture.md with a fresh tree in it."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{_tree()}\n{END}{after}"


def _tree() -> str:
    paths = [p.relative_to(SOURCE) for p in SOURCE.rglob("*") if p.is_file()]
    folders = {path.parent.as_posix().removeprefix(".") for path in _ours(paths)}
    ordered = [*ORDER, *sorted(folders - set(ORDER))]
    return "\n".join(_table(folder, _ours(paths)) for folder in ordered)


def _ours(paths: list[Path]) -> list[Path]:
    return sorted(path for path in paths if "__pycache__" not in path.parts)


def _table(folder: str, paths: list[Path]) -> str:
    inside = [path for path in paths if path.parent.as_posix().removeprefix(".") == folder]
    rows = [f"| `{path.name}` | {_about(path)} |" for path in inside]
    title = f"`{folder}/`" if folder else "At the top"
    return "\n".join((f"### {title}", "", "| | |", "|---|---|", *rows, ""))


def _about(path: Path) -> str:
    if path.suffix == ".py":
        module = ast.parse((SOURCE / path).read_text("utf-8"))
        return (ast.get_docstring(module) or "").partition("\n")[0].replace("|", "\\|")
    return DATA.get(path.as_posix(), "The rules of one kind of school." * (path.suffix == ".toml"))


if __name__ == "__main__":
    if "--print" in sys.argv[1:]:
        sys.stdout.write(page())
    else:
        PAGE.write_bytes(page().encode())
