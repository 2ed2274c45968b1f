"""The page that explains the procedure says what the table says."""

import runpy
from pathlib import Path

from counterseal.commands.telling import COMMANDS
from counterseal.custody.facts import FACTS, Step
from counterseal.custody.procedure import AFTER_STOP, RULES
from counterseal.custody.rules import OF_THE_VAULT

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_made_from_the_table() -> None:
    """`docs/procedure.md` is byte for byte what the script writes."""
    script = runpy.run_path(str(DOCS / "make_procedure.py"))
    assert script["page"]() == (DOCS / "procedure.md").read_text(encoding="utf-8")


def test_every_step_has_a_rule_facts_and_a_command() -> None:
    """No step can be written to the log without a row in the table and a set of facts."""
    assert set(RULES) | set(AFTER_STOP) == set(Step) == set(FACTS)
    by_computer = {Step.RECORD_OPENED, Step.VISIT_RECORDED, Step.BROWSER_CLEARED}
    by_themselves = {Step.LOCK_LIFTED, *by_computer}  # the first is a part of `stop`
    assert set(COMMANDS) == set(Step) - OF_THE_VAULT - by_themselves


def test_every_step_stands_in_the_format() -> None:
    """A second verifier could be written from `docs/format.md`: each step and fact is in it."""
    text = (DOCS / "format.md").read_text(encoding="utf-8")
    section = text[text.index("## 4 ") : text.index("## 5 ")]
    for step, facts in FACTS.items():
        assert f"`{step}`" in section
        for name in facts:
            assert f"`{name}`" in section, f"{step}: {name}"
