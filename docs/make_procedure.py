"""Write `docs/procedure.md` from the step table, so that the two cannot differ.

Run `python docs/make_procedure.py`; a test demands that nothing changes.
"""

import sys
from pathlib import Path

from counterseal.custody.facts import FACTS, Step
from counterseal.custody.procedure import AFTER_STOP, RULES
from counterseal.custody.rule import Rule
from counterseal.custody.rules import OF_THE_VAULT
from counterseal.custody.signers import Presence
from counterseal.custody.state import Stage
from counterseal.policy import profile

TARGET = Path(__file__).parent / "procedure.md"
MOVES = (
    Step.CASE_REPORTED,
    Step.CASE_TRIAGED,
    Step.CASE_AUTHORISED,
    Step.SESSION_OPENED,
    Step.SESSION_CLOSED,
    Step.ACTION_RECORDED,
    Step.CASE_CLOSED,
)
HEAD = """# The procedure

*This page is made from the table in `src/counterseal/custody/procedure.py` by `docs/make_procedure.py`. The table is
what the program follows, so this page is what it does.*

A case goes through stages. A step is possible at some stages only, is signed by the people named, and may lead to another
stage. The computer signs every step besides. **Stop** is possible at any time, by anyone, alone, without a passphrase.

"""
GATES = """
## What has to be waited for

While one of these is open, nothing is collected.

| gate | opened by | cleared by |
|---|---|---|
| advice | a category of class SA; a judgement "not agreed" or "needs advice" | `advice record` with "go on" |
| approval | private communications | `approval record`: the Chair, after the assessment and three consultations |
| police | a category of class PR, or "not sure" | `police inform` |
| permission | the police ask the school to wait | `police permit`: officer, number, words, time |

"""
FOOT = """
## What nobody can change

- Everything that makes evidence takes two different people with two different keys. No setting changes that.
- "Yes" and "not sure" to the safety question stop everything. Two "no" answers are good for one act, for 20 seconds.
- A category only ever becomes graver.
- STOP locks at once. Saying what it was seals the case: the school's own means of opening it are erased. "We only need a
  break" unlocks only where two sign that neither saw such an image. Without an answer it is sealed after a day.
- Nothing is deleted or overwritten. A correction is another entry. After the retention date two people may dispose of files;
  the log stays, and still checks.
- A profile of the school can make a category stricter, never milder (`docs/profiles.md`).
"""


def page() -> str:
    """Return the whole page."""
    return "".join((HEAD, _diagram(), _steps(), GATES, _categories(), FOOT))


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> reported: Report a concern"]
    for step in MOVES[1:]:
        rule = RULES[step]
        lines += [
            f"    {stage} --> {rule.leads_to}: {rule.title}"
            for stage in Stage
            if stage in rule.stages and stage is not rule.leads_to
        ]
    judged = RULES[Step.JUDGEMENT_MADE]
    lines += [
        f"    {s} --> judged: {judged.title}" for s in Stage if s in judged.stages and s != "judged"
    ]
    lines += ["    judged --> acting: Record a referral"]
    lines += ["    state any <<choice>>", "    any --> stopped: STOP, from any stage", "```", ""]
    return "\n".join(lines)


def _steps() -> str:
    case = [(s, r) for s, r in RULES.items() if s not in OF_THE_VAULT]
    own = [(s, r) for s, r in RULES.items() if s in OF_THE_VAULT]
    parts = (
        ("The steps of a case", case),
        ("After a stop, and nothing else", list(AFTER_STOP.items())),
        ("The record itself", own),
    )
    return "".join(f"\n## {title}\n\n{_table(rows)}" for title, rows in parts)


def _table(rows: list[tuple[Step, Rule]]) -> str:
    lines = [
        "| step | what | at | signed by | present | leads to |",
        "|---|---|---|---|---|---|",
    ]
    for step, rule in rows:
        present = "" if rule.presence is Presence.NEITHER else str(rule.presence)
        leads = rule.leads_to or ""
        lines.append(
            f"| `{step}` | {rule.title} | {_stages(rule.stages)} | {rule.who} | {present} | {leads} |"
        )
    return "\n".join(lines) + "\n"


def _stages(stages: frozenset[Stage]) -> str:
    if stages == {Stage.NEW}:
        return "—"
    if stages == {Stage.STOPPED}:
        return "stopped"
    named = [stage for stage in Stage if stage in stages and stage is not Stage.NEW]
    every = [stage for stage in Stage if stage not in {Stage.NEW, Stage.STOPPED}]
    if named == every:
        return "any"
    missing = [stage for stage in every if stage not in named]
    return f"any but {', '.join(missing)}" if len(missing) <= 2 else ", ".join(named)


def _categories() -> str:
    words = {"HS": "stop", "NC": "stop", "PR": "police first", "SA": "advice first", "C": "go on"}
    lines = ["## The 24 categories", "", "| # | what | leads to |", "|---|---|---|"]
    for number, category in profile.base().categories.items():
        leads = words[category.graver]
        if category.lesser:
            leads += f"; {words[category.lesser]} where it is {category.lesser_label}"
        if category.gates:
            leads = " and ".join(sorted(f"{gate} first" for gate in category.gates))
        if category.log_only:
            leads += "; recorded without collecting anything"
        if not category.pictures:
            leads += "; in words, without pictures"
        lines.append(f"| {number} | {category.label} | {leads} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page, and say so."""
    missing = set(FACTS) - set(RULES) - set(AFTER_STOP)
    if missing:
        sys.exit(f"steps without a rule: {sorted(missing)}")
    TARGET.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
