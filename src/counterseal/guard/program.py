"""The guard process: it waits for a stop from anywhere, covers every display, sets the latches.

Its parent starts it before a session (`handle.py`) and speaks through its standard input. It asks
nothing that could keep it waiting: no network, no log, no key. What could hang has a thread of its
own: the latches (a folder may be on a share), the sound, the parent's pipe. Only the first thread
draws. After a stop it outlives its parent, so that the screens stay covered.
"""

import contextlib
import json
import sys
import threading
from typing import TYPE_CHECKING, Any

from counterseal.clock import Clock, SystemClock
from counterseal.guard import hot_key, sound
from counterseal.guard.hands import Hands
from counterseal.guard.listening import Ears, Say, Stopping
from counterseal.guard.terms import (
    HIDDEN_PAGE,
    PRACTICE,
    SOON_PAUSED,
    STOP,
    STOPPED_PAGE,
    Display,
    Order,
    Page,
    Setup,
    Trigger,
)
from counterseal.latch import Latch

if TYPE_CHECKING:
    import tkinter as tk

    from counterseal.guard.covers import Draw

_TICK_MS = 12
_LIFT_EVERY = 8
"""Ticks between two times of coming before whatever opened since."""
_HANDS_EVERY, _SAY_EVERY = 80, 10
"""Ticks between two looks whether anybody is there, and looks between two times of saying so where
nothing changed: a guard that hangs says nothing, and one whose parent hangs must not fill its pipe.
"""


class Program:
    """The windows, and what makes them come and go.

    Args:
        root: Of Tk.
        setup: What the parent said.
        clock: The reader of time.
        say: Tells the parent.
    """

    def __init__(self, root: "tk.Tk", setup: Setup, clock: Clock, say: Say) -> None:
        """Make every window beforehand and show the bar."""
        import tkinter as tk  # noqa: PLC0415  (a Python without it gets a plain sentence)

        from counterseal.guard.bar import Bar  # noqa: PLC0415
        from counterseal.guard.covers import Covers, Look  # noqa: PLC0415

        self._no_window, self._root, self._setup = tk.TclError, root, setup
        self._clock, self._say = clock, say
        latch = Latch(setup.folders)
        # A rehearsal leaves the loudspeakers alone: nobody would think of turning them on again.
        mute = sound.leave_on if setup.practice else sound.mute
        self._stopping = Stopping(latch, clock, say, mute)
        self.ears = Ears(latch, self._stopping, clock)
        self._gone, self._away = False, False
        self._ticks = self._looks = 0
        self._look = Look(root)
        self._stopped = Covers(root, setup.displays, self._stop_page(STOPPED_PAGE))
        hidden = self._look.page(HIDDEN_PAGE, self._choose_hidden)
        self._hidden = Covers(root, setup.displays, hidden)
        display = setup.displays[0]
        self._bar = Bar(root, self._look, display, stop=self._on_button, hide=self._hide)
        for key in ("<Control-Alt-s>", "<Control-Alt-S>"):
            root.bind_all(key, lambda _event: self._stop(Trigger.HOT_KEY))
        self._hot_key = hot_key.listen()
        self._hands = Hands(self._untouched, lambda: clock.now().mono_ms, setup.idle_ms)
        self._show()

    @property
    def hears_the_hot_key(self) -> bool:
        """Whether the hot key works wherever the keyboard is."""
        return self._hot_key is not None

    @property
    def minds(self) -> bool:
        """Whether it notices that nobody is there."""
        return self._hands.told

    def tick(self) -> None:
        """Look after what came in; runs every twelve milliseconds."""
        while not self.ears.heard.empty():
            self._obey(*self.ears.heard.get())
        if self._gone and (self._setup.practice or not self._stopping.begun):
            self._root.destroy()
            return
        if self._hot_key and self._hot_key.pressed():
            self._stop(Trigger.HOT_KEY)
        self._ticks += 1
        if self._ticks % _LIFT_EVERY == 0:
            self._stay_on_top()
        if self._ticks % _HANDS_EVERY == 0:
            self._look_after_hands()
        self._root.after(_TICK_MS, self.tick)

    def _look_after_hands(self) -> None:
        away = self._hands.away()
        self._looks = 0 if away is not self._away else (self._looks + 1) % _SAY_EVERY
        self._away = away
        if self._looks == 0:
            self._say("hands", away=away)
        self._bar.say(SOON_PAUSED if self._hands.soon else "")

    def _untouched(self) -> int:
        return int(self._root.tk.call("tk", "inactive"))

    def _obey(self, line: str, since: int) -> None:
        word, _, rest = line.partition(" ")
        match word:
            case Order.COVER | Trigger.LATCH:
                self._cover(since)
            case Order.HIDE:
                self._hide()
            case Order.SHOW:
                self._show()
            case Order.LIFT:
                self._lift()
            case Order.PAGE:
                self._turn(rest)
            case "released":
                self._stopping.forget()
                self._stopped.turn(self._stop_page(STOPPED_PAGE))
                self._lift()
                self._say("released")
            case "gone":
                self._part(since)
            case _:
                pass  # a parent that says something else is not obeyed

    def _stop_page(self, page: Page) -> "Draw":
        note = PRACTICE if self._setup.practice else ""
        return self._look.page(page, self._choose, note)

    def _turn(self, page: str) -> None:
        with contextlib.suppress(ValueError, KeyError, TypeError):  # not a page: the old one stays
            self._stopped.turn(self._stop_page(Page.from_dict(json.loads(page))))

    def _choose(self, words: str) -> None:
        self._stopped.turn(self._stop_page(STOPPED_PAGE))
        self._say("chosen", choice=words)

    def _choose_hidden(self, words: str) -> None:
        if words == STOP:
            self._on_button()
        else:
            self._show()

    def _on_button(self) -> None:
        self._stop(Trigger.BUTTON)

    def _stop(self, trigger: Trigger) -> None:
        since = self._clock.now().mono_ms
        self._stopping.begin(trigger)
        self._cover(since)

    def _cover(self, since: int) -> None:
        covered: list[Display] = []
        missed = list(self._setup.displays)
        with contextlib.suppress(self._no_window):
            covered, missed = self._stopped.show()
        self._stopping.covers_are_up()
        ms = self._clock.now().mono_ms - since
        self._say("covered", covered=covered, not_covered=missed, ms=ms)
        self._hidden.hide()
        self._bar.hide()

    def _hide(self) -> None:
        if not self._stopped.up:
            self._hidden.show()
            self._bar.hide()

    def _show(self) -> None:
        if not self._stopped.up:
            self._hidden.hide()
            self._bar.show()

    def _lift(self) -> None:
        self._stopped.hide()
        self._show()

    def _part(self, since: int) -> None:
        # A STOP that was pressed just before the parent went still counts.
        self._root.update()
        self._gone = True
        if self._stopping.begun and not self._stopped.up:
            self._cover(since)

    def _stay_on_top(self) -> None:
        for covers in (self._hidden, self._stopped):
            if covers.up:
                covers.stay_on_top()
        if not (self._hidden.up or self._stopped.up):
            self._bar.lift()


def speaker() -> Say:
    """Make what tells the parent; a parent that is gone is told nothing, and nothing fails."""
    one = threading.Lock()

    def say(what: str, **fields: Any) -> None:  # noqa: ANN401  (JSON)
        with one, contextlib.suppress(OSError, ValueError):
            sys.stdout.write(json.dumps({"said": what, **fields}) + "\n")
            sys.stdout.flush()

    return say


def main() -> int:
    """Run until the parent goes, or after a stop until it is released."""
    say = speaker()
    try:
        import tkinter as tk  # noqa: PLC0415

        from counterseal.guard.covers import on_screen, sharp_on_windows  # noqa: PLC0415
    except ImportError:
        say("unavailable", reason="tk")
        return 1
    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    setup = Setup.from_dict(json.loads(line))
    try:
        sharp_on_windows()
        root = tk.Tk()
        root.withdraw()
        program = Program(root, setup, SystemClock(), say)
    except tk.TclError as error:
        say("unavailable", reason=str(error))
        return 1
    root.update()  # the bar is drawn before anybody is told that it is there
    missing = [display for display in setup.displays if not on_screen(root, display)]
    heard = {"hot_key": program.hears_the_hot_key, "minds": program.minds}
    say("ready", displays=setup.displays, not_covered=missing, **heard)
    program.ears.listen(sys.stdin.buffer)
    program.tick()
    root.mainloop()
    return 0
