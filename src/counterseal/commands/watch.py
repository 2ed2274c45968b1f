"""`counterseal watch`: the keeper of a session's browser. `session open` starts it; nobody else."""

from pathlib import Path

import click

from counterseal import locks
from counterseal.commands.desk import Desk
from counterseal.commands.options import with_desk_anyway
from counterseal.workflow.browsing.freezing import HOLD, hold_frozen
from counterseal.workflow.browsing.keeper import Keeper
from counterseal.workflow.browsing.stopped import FOLDER
from counterseal.workflow.keepers import KEEPER


@click.command(name="watch", hidden=True)
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("hold", HOLD, is_flag=True, help="Only hold one frozen whose keeper is gone.")
@with_desk_anyway
def command(desk: Desk, folder: Path, *, hold: bool) -> None:
    """Keep the browser of a session. `session open` starts this; a stop, to hold one frozen."""
    if hold:
        hold_frozen(folder, desk.around.clock)
        return
    keeper = Keeper(folder, desk.around)
    with (folder / FOLDER / KEEPER).open("a+b") as held:
        if locks.take(held):
            keeper.run()
    keeper.stay()
