"""Row 3: from STOP to both latches on the disk, every display covered, beside the latches alone.

A person waits for this one, so it has a limit in milliseconds besides the ratio. A guard is good
for one stop: each run has a fresh one, and its start is not in the figure.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from display import SIZE, NoDisplayError, busy_display
from measure import Row, Stage, Times, timed

from counterseal.guard import Display, Guard, start
from counterseal.latch import Latch

LIMIT_MS = 100
_WAIT_S = 10
_LOOK_S = 0.0005


def measure(folder: Path, rounds: int) -> Iterator[Row]:
    """Stop so often, turn and turn about with the latches alone.

    Args:
        folder: For latches and the display's files.
        rounds: How often.
    """
    try:
        with busy_display(folder):
            yield _measured(folder, rounds)
    except NoDisplayError:
        return  # without a screen there is no guard, and nothing to measure


def _measured(folder: Path, rounds: int) -> Row:
    ours, floor, covers = [], [], []
    for turn in range(rounds + 1):
        for side in (0, 1) if turn % 2 else (1, 0):
            latch = Latch(tuple(folder / f"{turn}-{side}" / name for name in ("vault", "user")))
            latch.arm()
            if side:
                floor.append(timed(latch.lock))
            else:
                took, cover = _stop(latch)
                ours.append(took)
                covers.append(cover)
    taken = Times(tuple(ours[1:]))  # the first of each only warms up
    within = "met" if taken.median < LIMIT_MS else "missed"
    return Row(
        "STOP, from the order to covered and both latches on the disk",
        taken,
        Times(tuple(floor[1:])),
        "both latches alone, same process",
        notes=(f"target: median below {LIMIT_MS} ms, {within}",),
        stages=(Stage("covered, as the parent hears it", Times(tuple(covers[1:])).median, None),),
    )


def _stop(latch: Latch) -> tuple[float, float]:
    width, height = SIZE
    halves = [Display(0, 0, width // 2, height), Display(width // 2, 0, width // 2, height)]
    guard = start(latch.folders, halves)
    try:
        cover = 0.0

        def act() -> None:
            nonlocal cover
            cover = timed(_covering(guard))
            _until_done(guard)

        return timed(act), cover
    finally:
        guard.kill()


def _covering(guard: Guard) -> Callable[[], None]:
    def cover() -> None:
        answer = guard.cover()
        if answer.not_covered:
            message = f"not covered: {answer}"
            raise RuntimeError(message)

    return cover


def _until_done(guard: Guard) -> None:
    # The guard says so after the last fsync; the files alone are seen a moment before it.
    for _ in range(int(_WAIT_S / _LOOK_S)):
        if guard.stopped is not None:
            return
        time.sleep(_LOOK_S)
    message = "the latches do not stand"
    raise RuntimeError(message)
