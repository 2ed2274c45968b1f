"""`counterseal guard`: the keeper of a session's guard. `session open` starts it; nobody else does.

It holds the guard's pipe for as long as the session lasts, passes on "cover", and after a stop asks
on the covers what it was and leads through the instructions, so that nothing has to be uncovered.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from counterseal import locks
from counterseal.commands.desk import Desk
from counterseal.commands.options import with_desk_anyway
from counterseal.commands.stop import BREAK, groups
from counterseal.errors import CountersealError
from counterseal.guard import Guard, Page, Trigger, start
from counterseal.workflow.guarding import FOLDER
from counterseal.workflow.keepers import KEEPER, READY, WANTED, write
from counterseal.workflow.minding import Minder
from counterseal.workflow.record import vault_latch
from counterseal.workflow.sessions import IDLE_MS
from counterseal.workflow.stop import lock
from counterseal.workflow.stop.cause import Cause
from counterseal.workflow.stop.words import BEFORE_ANSWERING, KINDS, PAGES, WHAT
from counterseal.workflow.surroundings import Covered, NoGuard

_LOOK_S = 0.005
_ASK_S = 1.0
_LIFT_MS = 120_000
"""How long the screens stay uncovered for what two sign, or one records, in milliseconds."""
_SETTLE_MS = 60_000
"""How often it is looked whether a stop has waited for its answer for a day, in milliseconds."""
_FIRST_MS = 500
"""How long whoever stopped it elsewhere has to ask for the covers and to say why, before we do."""
_TRIGGERS = {Trigger.BUTTON: "stop-button", Trigger.HOT_KEY: "hot-key"}
_NEXT, _AGAIN = "Next page", "From the first page"
_MAY_USE = "An officer says that this computer may be used"


@click.command(name="guard", hidden=True)
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@with_desk_anyway
def command(desk: Desk, folder: Path) -> None:
    """Keep the guard of a session. `session open` starts this."""
    with (folder / FOLDER / KEEPER).open("a+b") as held:
        if locks.take(held):
            _Keeper(desk, folder).run()


class _Keeper:
    def __init__(self, desk: Desk, root: Path) -> None:
        self._desk, self._root, self._folder = desk, root, root / FOLDER
        self._latch = vault_latch(root, desk.around)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._page, self._lifted, self._seen = 0, 0, 0
        self._locked, self._settled = False, 0

    def run(self) -> None:
        setup = json.loads((self._folder / WANTED).read_text(encoding="utf-8"))
        displays = [tuple(one) for one in setup["displays"]]
        try:
            guard = start(
                self._latch.folders, displays, practice=setup["practice"], idle_ms=IDLE_MS
            )
        except CountersealError as error:
            said = {"good": False, "what": error.what, "advice": error.advice}
            write(self._folder / READY, said)
            return
        write(self._folder / READY, {"good": True, "minds": guard.ready.minds})
        try:
            self._keep(guard, practice=setup["practice"])
        finally:
            guard.end()

    def _keep(self, guard: Guard, *, practice: bool) -> None:
        """Stay while it is wanted; after a real stop for as long as the stop stands."""
        sleep, wanted = self._desk.around.clock.sleep, self._folder / WANTED
        minder = Minder(self._root, self._desk.around.clock)
        while guard.alive and (wanted.exists() or (self._latch.stopped and not practice)):
            if (self._folder / "cover").exists():
                (self._folder / "cover").unlink(missing_ok=True)
                write(self._folder / "covered", asdict(_counted(guard.cover())))
            if self._latch.stopped:
                minder = Minder(self._root, self._desk.around.clock)  # nobody is missed meanwhile
                self._go_on(guard)
            else:
                self._begin_anew()
                minder.look(unattended=guard.unattended)
            sleep(_LOOK_S)

    def _go_on(self, guard: Guard) -> None:
        if self._lifted:
            self._cover_again(guard)
        elif guard.stopped is not None and self._is_ours_to_lead(guard.stopped.trigger):
            self._lead(guard, guard.stopped.trigger)

    def _is_ours_to_lead(self, trigger: Trigger) -> bool:
        """Whether it was stopped here, or whoever stopped it elsewhere has had their moment."""
        self._seen = self._seen or self._now()
        return trigger in _TRIGGERS or self._now() - self._seen >= _FIRST_MS

    def _cover_again(self, guard: Guard) -> None:
        """What was uncovered for a signature or a record is covered again, if the stop stands."""
        if self._now() > self._lifted:
            self._lifted = 0
            guard.cover()

    def _lead(self, guard: Guard, trigger: Trigger) -> None:
        """Ask what it was, then show the pages, one question on the covers at a time."""
        covered = _counted(guard.covered) if guard.covered else Covered(0, 1)
        around = replace(self._desk.around, guard=_Already(covered))
        if trigger in _TRIGGERS and not self._locked:  # one press is one stop
            lock.lock(self._root, around, Cause(_TRIGGERS[trigger]))
        self._locked = True
        if self._now() > self._settled:  # a day may go by here
            lock.stopped(self._root, around)
            self._settled = self._now() + _SETTLE_MS
        if lock.waiting(self._root, around):
            what = guard.ask(Page("What was it?", BEFORE_ANSWERING, tuple(WHAT.values())), _ASK_S)
            self._answer(guard, {words: word for word, words in WHAT.items()}.get(what or ""))
            return
        page = PAGES[self._page]
        last = self._page == len(PAGES) - 1
        lines = (*page.lines, *(groups(self._desk) if last else ()))
        choices = (_AGAIN, _MAY_USE) if last else (_NEXT,)
        pressed = guard.ask(Page(page.title, lines, choices), _ASK_S)
        if pressed == _MAY_USE:
            self._lift(guard)
        elif pressed is not None:
            self._page = 0 if last else self._page + 1

    def _answer(self, guard: Guard, what: str | None) -> None:
        if what == BREAK:
            self._lift(guard)
        elif what is not None:
            said = Cause("stop-button", kind=KINDS[what])
            lock.answer(self._root, replace(self._desk.around, guard=NoGuard()), said)

    def _lift(self, guard: Guard) -> None:
        self._lifted = self._now() + _LIFT_MS
        guard.lift()

    def _now(self) -> int:
        return self._desk.around.clock.now().mono_ms


class _Already(NoGuard):
    """The guard has covered already: that is what the stop is told."""

    def __init__(self, covered: Covered) -> None:
        self._covered = covered

    def cover(self, root: Path) -> Covered:  # noqa: ARG002  (as the real one)
        return self._covered


def _counted(covered: Any) -> Covered:
    return Covered(len(covered.covered), len(covered.not_covered))
