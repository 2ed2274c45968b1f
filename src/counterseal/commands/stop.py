"""`counterseal stop`: one person, at once."""

import click

from counterseal.commands.desk import Desk
from counterseal.commands.options import with_desk_anyway
from counterseal.workflow.stop import Cause


@click.command(name="stop")
@click.option("--case", default="", metavar="REF", help="The case, if it is not the open one.")
@with_desk_anyway
def command(desk: Desk, case: str) -> None:
    """STOP: lock everything at once. No passphrase, no question, no way back from here.

    Use it when anything you meet may be a sexual or nude image of someone under 18, or when you are
    not sure. From then on every command ends with exit status 30.
    """
    desk.lock(Cause("stop-command", exposed="unknown", case=case))
