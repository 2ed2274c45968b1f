"""`practice --profile NAME`: a whole case by each school's rules, with the same four people."""

from pathlib import Path

import pytest

from counterseal.policy.profile import BASE, NAMES, builtin
from driving import School


@pytest.mark.parametrize("name", [BASE, *NAMES])
def test_a_whole_case_by_these_rules(name: str, tmp_path: Path) -> None:
    there = School(tmp_path)
    made = there.json("practice", "--out", str(tmp_path / "case"), "--profile", name)
    (tmp_path / "case" / "vault").rename(there.vault)
    assert [e["ref"] for e in made["exhibits"]] == ["AB/1", "CD/1"]
    assert there.is_good()
    kept = [path.name for path in (there.vault / "profiles").iterdir()]
    assert kept == [f"{builtin(name).sha256}.toml"]
