"""Whatever is changed in a data folder, the check fails and names what and where.

One small real folder is made through the real modules. Then one thing is changed at a time: a byte
of a file, or a whole file. That the change took place is asserted each time. Rows and columns are
`test_check_rows.py`.
"""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cast import ORIGIN
from counterseal.custody.check import Report, check
from counterseal.custody.store import Store
from counterseal.errors import CountersealError, Finding
from counterseal.evidence.vault import Vault
from counterseal.latch import Latch
from small_vault import build, digest_of

ENTRIES = 13
FLIPS_PER_FILE = 24
KINDS = ("exhibits", "details", "wraps", "keysets", "profiles", "receipts", "vault.toml")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the folder once; nobody changes this one."""
    small = build(tmp_path_factory.mktemp("made") / "vault")
    small.store.close()
    return small.vault.root


@pytest.fixture(scope="module")
def whole(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Lend one copy to the tests that put back what they changed, and see that they did."""
    copy = tmp_path_factory.mktemp("lent") / "vault"
    shutil.copytree(made, copy)
    before = digest_of(copy)
    yield copy
    assert digest_of(copy) == before


@pytest.fixture
def fresh(made: Path, tmp_path: Path) -> Path:
    """Give a copy that a test may break."""
    copy = tmp_path / "vault"
    shutil.copytree(made, copy)
    return copy


def report(root: Path) -> Report:
    """Check a folder."""
    with closing(Store(root / "log.db")) as store:
        return check(store, Vault(root, Latch((root,))), store.origin())


def places(root: Path) -> list[str]:
    """Check a folder and return where something was found."""
    findings: tuple[Finding, ...] = report(root).findings
    assert all(finding.what and finding.kind for finding in findings)
    return [finding.where for finding in findings]


def named(found: list[str], *wanted: str) -> bool:
    """Whether one of the places is the wanted one, or a part of it."""
    parts = tuple(f"{name}," for name in wanted)
    return any(place in wanted or place.startswith(parts) for place in found)


def files(root: Path, kind: str) -> list[Path]:
    """Return the files of a kind."""
    at = root / kind
    return [at] if at.is_file() else sorted(path for path in at.rglob("*") if path.is_file())


def place_of(root: Path, path: Path) -> str:
    """Return the name by which the check calls a file."""
    return path.relative_to(root).as_posix()


def changed_file(path: Path, change: Callable[[bytes], bytes | None]) -> bytes:
    """Change a file, make sure that it is changed, and return what it held."""
    before = path.read_bytes()
    after = change(before)
    assert after != before
    if after is None:
        path.unlink()
    else:
        path.write_bytes(after)
        assert path.read_bytes() == after
    return before


def flip(content: bytes, place: int, by: int) -> bytes:
    """Change one byte."""
    return content[:place] + bytes([content[place] ^ by]) + content[place + 1 :]


def test_an_untouched_folder_passes(whole: Path) -> None:
    """Everything is counted and nothing is found, so what follows is found for its own reason."""
    seen = report(whole)
    assert (seen.entries, seen.files, seen.findings, seen.left_over) == (ENTRIES, 17, (), ())
    assert (seen.signatures, seen.receipted, seen.unreceipted) == (33, ENTRIES, 0)


@pytest.mark.parametrize("kind", [*KINDS, "computer.key"])
def test_any_changed_byte_of_a_file_is_found(whole: Path, kind: str) -> None:
    """First byte, last byte, and many between: the file is named each time."""
    rng = random.Random(kind)  # noqa: S311  (the same places in every run)
    missed, tried = [], 0
    for path in files(whole, kind):
        size = path.stat().st_size
        every = size if size < 300 and kind in {"vault.toml", "computer.key"} else FLIPS_PER_FILE
        for place in {0, size - 1, *rng.sample(range(size), min(every, size))}:
            by = rng.randrange(1, 256)
            before = changed_file(path, lambda c, p=place, b=by: flip(c, p, b))  # type: ignore[misc]
            tried += 1
            if not named(places(whole), place_of(whole, path)):
                missed.append((path.name, place, by))
            path.write_bytes(before)
    assert tried >= len(files(whole, kind)) * min(FLIPS_PER_FILE, 100)
    assert missed == []


@pytest.mark.parametrize("kind", [*KINDS, "computer.key"])
def test_every_line_end_counts(whole: Path, kind: str) -> None:
    """A line end written the way of another system is a change like any other."""
    missed = []
    for path in files(whole, kind):
        if b"\n" not in path.read_bytes():
            continue
        for other in (b"\r", b"\r\n"):
            before = changed_file(path, lambda c, o=other: c.replace(b"\n", o, 1))  # type: ignore[misc]
            if not named(places(whole), place_of(whole, path)):
                missed.append((path.name, other))
            path.write_bytes(before)
    assert missed == []


@pytest.mark.parametrize("kind", [*KINDS, "computer.key"])
@pytest.mark.parametrize("change", ["deleted", "emptied", "cut", "lengthened"])
def test_a_file_that_is_gone_cut_or_longer_is_found(whole: Path, kind: str, change: str) -> None:
    """Each file of each kind is named."""
    changes: dict[str, Callable[[bytes], bytes | None]] = {
        "deleted": lambda _: None,
        "emptied": lambda _: b"",
        "cut": lambda content: content[:-1],
        "lengthened": lambda content: content + b"\n",
    }
    missed = []
    for path in files(whole, kind):
        before = changed_file(path, changes[change])
        if not named(places(whole), place_of(whole, path)):
            missed.append(path.name)
        path.write_bytes(before)
    assert missed == []


@pytest.mark.parametrize("kind", ["exhibits", "details", "wraps", "receipts"])
def test_two_files_that_changed_places_are_both_found(whole: Path, kind: str) -> None:
    """Each is whole by itself, and each is named."""
    present = files(whole, kind)
    suffix = {path.suffix for path in present}
    for ending in suffix:
        first, second = [path for path in present if path.suffix == ending][:2]
        contents = first.read_bytes(), second.read_bytes()
        assert contents[0] != contents[1]
        first.write_bytes(contents[1])
        second.write_bytes(contents[0])
        found = places(whole)
        assert named(found, place_of(whole, first))
        assert named(found, place_of(whole, second))
        first.write_bytes(contents[0])
        second.write_bytes(contents[1])


def test_a_file_that_no_entry_knows_is_listed(fresh: Path) -> None:
    """It is no fault, because an interrupted run leaves such files; but it is not hidden."""
    (fresh / "exhibits" / "2026-001" / "stray.age").write_bytes(b"x")
    seen = report(fresh)
    assert (seen.findings, seen.left_over) == ((), ("exhibits/2026-001/stray.age",))


def test_a_receipt_that_no_entry_knows_is_found(fresh: Path) -> None:
    """One for more entries than there are says that entries are gone."""
    for size in (9, 99):
        (fresh / "receipts" / f"{size}.json").write_bytes(b"{}")
    kinds = {finding.where: finding.kind for finding in report(fresh).findings}
    assert kinds == {"receipts/9.json": "unexpected", "receipts/99.json": "rollback"}


def test_another_record_in_the_same_folder_is_found(made: Path) -> None:
    """The origin that the folder claims has to be the one that every entry names."""
    with closing(Store(made / "log.db")) as store:
        seen = check(store, Vault(made, Latch((made,))), ORIGIN[:-1] + "0")
    assert {f"entry {n}" for n in range(ENTRIES)} <= {f.where for f in seen.findings}


def test_any_changed_byte_of_the_database_file_is_found_or_means_nothing(
    made: Path, tmp_path: Path
) -> None:
    """A flipped byte is found, or makes the file unreadable, or no row reads differently."""
    rng = random.Random("log.db")  # noqa: S311  (the same places in every run)
    copy = tmp_path / "vault"
    shutil.copytree(made, copy)
    content = (made / "log.db").read_bytes()
    rows = dump(made / "log.db")
    outcomes = {"found": 0, "unreadable": 0, "means nothing": 0}
    for _ in range(200):
        place, by = rng.randrange(len(content)), rng.randrange(1, 256)
        (copy / "log.db").write_bytes(flip(content, place, by))
        for beside in ("log.db-wal", "log.db-shm"):
            (copy / beside).unlink(missing_ok=True)
        try:
            outcomes["found" if places(copy) else "means nothing"] += 1
        except CountersealError:
            outcomes["unreadable"] += 1
            continue
        if not places(copy):
            assert dump(copy / "log.db") == rows
    assert sum(outcomes.values()) == 200
    assert min(outcomes["found"], outcomes["means nothing"]) > 0


def dump(path: Path) -> list[object]:
    """Return every row of every table."""
    with closing(sqlite3.connect(path)) as connection:
        return [
            row
            for table in ("leaves", "heads", "meta")
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
        ]


def test_a_real_record_is_found_whole(tmp_path: Path) -> None:
    """The others here are for practice; in a real one the handover key was tried first."""
    small = build(tmp_path / "vault", real=True)
    small.store.close()
    found = report(small.vault.root)
    assert (found.findings, found.entries) == ((), ENTRIES + 1)
