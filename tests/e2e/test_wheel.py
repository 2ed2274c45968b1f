"""The wheel as it is built: one name, and everything that the program reads."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel with hatchling, without network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_it_installs_one_name_only(wheel: zipfile.ZipFile) -> None:
    """No top-level `evidence`, `custody` or `keys` could be overwritten by another wheel."""
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"counterseal"}


def test_it_carries_what_the_program_reads(wheel: zipfile.ZipFile) -> None:
    """Profiles, word lists, the practice page and the typing marker are in it."""
    source = ROOT / "src"
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "counterseal").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted == {n for n in wheel.namelist() if n.startswith("counterseal/")}
    assert {"counterseal/py.typed", "counterseal/policy/profiles/base.toml"} <= wanted


def test_it_says_what_it_needs_and_its_licence(wheel: zipfile.ZipFile) -> None:
    """The base install is six packages; MouseInfo (GPL) comes with none of them."""
    (name,) = [n for n in wheel.namelist() if n.endswith(".dist-info/METADATA")]
    lines = wheel.read(name).decode().splitlines()
    base = [line for line in lines if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert len(base) == 6
    assert "License-Expression: Apache-2.0" in lines
