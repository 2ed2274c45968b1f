"""`counterseal disposal`: dispose of what a closed case holds."""

from typing import Any

import click

from counterseal.commands.desk import Desk
from counterseal.commands.options import signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.state import Stage
from counterseal.workflow import disposal
from counterseal.workflow.steps import preflight


@click.group(name="disposal")
def command() -> None:
    """Dispose of what a closed case holds, once it need not be kept any longer."""


@command.command()
@click.argument("case", required=False)
@click.option("--signer", multiple=True, metavar="ID", help="One of the two. Give it twice.")
@signing_options
@with_desk
def record(desk: Desk, case: str | None, signer: tuple[str, ...], **given: Any) -> None:
    """Erase the exhibits and texts of a case past its date. The log stays, and still checks.

    The safeguarding lead and the Headteacher sign, or the Headteacher and the Chair.
    """
    opened = desk.record()
    state = opened.case(case) if case else opened.only_case(Stage.CLOSED)
    if state.disposed:
        erased = disposal.finish(opened, state)
        line = f"Finished: {len(erased)} files of case {state.case} that were left are erased."
        desk.tell({"case": state.case, "erased": len(erased)}, [line])
        return
    procedure.check_order(state, Step.DISPOSAL_RECORDED)
    questions = (f"Id of the {n} person who signs" for n in ("first", "second")[len(signer) :])
    ids = [*signer, *(desk.asker.text(question, "the id", None) for question in questions)]
    prepared = disposal.prepare_disposal(opened, state)
    preflight(opened, prepared.proposal, [p.id for p in people(opened, ids)])
    text = [
        f"Disposal of what case {state.case} holds",
        f"Kept until {state.retention}; {prepared.proposal.facts['files']} files are erased.",
        "This cannot be undone.",
    ]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, opened, people(opened, ids), text, stances) as cosigners:
        erased = disposal.dispose(opened, prepared, cosigners)
    lines = [f"Kept: the disposal of case {state.case}. {len(erased)} files are erased."]
    desk.tell({"case": state.case, "erased": len(erased)}, lines)
