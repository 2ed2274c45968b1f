"""Row 2: one busy picture from the screen to "kept", beside the least that could do.

Both take the picture, encode a PNG with the same settings, hash it, encrypt it with age to two
recipients and put it on the disk. The least asks for two fsyncs: one for the file, one for its
folder. What this program adds shows in the stages. People and key derivation are left out.
"""

import hashlib
import io
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyrage
from display import SIZE, NoDisplayError, busy_display, busy_picture
from measure import Row, Stopwatch, of_stages, take_turns
from pyrage import x25519
from school import School, school

from counterseal.custody.details import Plain
from counterseal.custody.log import Log
from counterseal.evidence.exhibit import Digest, Monitor
from counterseal.evidence.screen import Desktop, Frame, Permit, ScreenSource, open_screen
from counterseal.evidence.triage import Act, Answer, Clearance, SafetyAnswer, assess
from counterseal.evidence.vault import Vault
from counterseal.keys import recipients
from counterseal.keys.unlocked import UnlockedKey
from counterseal.workflow import cases, collect, sessions
from counterseal.workflow.steps import commit

if TYPE_CHECKING:
    from PIL.Image import Image

PIXELS, PNG, SHA, AGE, DISK = (
    "pixels",
    "PNG encode",
    "SHA-256",
    "age",
    "files written, fsynced, read back",
)
BOTH = ("ab", "cd")
WARM_UP = 2
NAME = 'one busy picture, 1920 x 1080, from grab to "kept"'
AGAINST = "bare grab + PNG encode + SHA-256 + age to two recipients + two fsyncs"


def measure(folder: Path, rounds: int) -> list[Row]:
    """Take pictures turn and turn about.

    Args:
        folder: For records and screens; empty.
        rounds: How often, after two rounds to warm up.
    """
    with ExitStack() as stack:
        try:
            display = stack.enter_context(busy_display(folder))
        except NoDisplayError as error:
            picture = busy_picture()
            source: ScreenSource = Drawn(picture)
            pixels: Callable[[], Image] = picture.copy
            seen = f"no real screen ({error}): both sides copy the same picture in memory"
        else:
            from PIL import ImageGrab  # noqa: PLC0415  (only where there is a screen)

            source = open_screen(practice=False)
            pixels = lambda: ImageGrab.grab(xdisplay=display)  # noqa: E731  (beside its twin)
            seen = f"a real X screen of its own, taken by {source.name}"
        watch, bare_watch = Stopwatch(), Stopwatch()
        one = stack.enter_context(school(folder, Watched(source, watch)))
        ours, bare = Ours(one, watch), Bare(folder / "bare", pixels, bare_watch)
        stack.enter_context(ours.watched())
        take_turns([ours, bare], WARM_UP)
        watch.forget()
        bare_watch.forget()
        times = take_turns([ours, bare], rounds)
    rest = times[0].median - sum(watch.medians.values())
    notes = (
        f"{seen}; the PNG has {bare.size:,} bytes",
        f"{rest:.1f} ms of ours lie between the stages: checks, latch, what is written down",
    )
    return [Row(NAME, times[0], times[1], AGAINST, 1.3, notes, of_stages(watch, bare_watch))]


@dataclass(slots=True)
class Ours:
    """This program's own way, from the clearance on.

    Args:
        one: A school; a case is brought to an open session.
        watch: Splits the time.
    """

    one: School
    watch: Stopwatch
    _case: str = field(init=False)

    def __post_init__(self) -> None:
        """Bring a case to where a picture can be taken."""
        self._case = begin(self.one)

    def __call__(self) -> None:
        """Keep one picture."""
        record, clearance = self.one.record, _cleared(self.one)
        state = record.log.case(self._case)
        taken = collect.take_picture(record, clearance)
        prepared = collect.prepare_capture(
            record, state, taken, clearance.answers,
            concern=1, what="A busy page", producer=BOTH[0], previewed=True,
        )  # fmt: skip
        commit(record, prepared, self.one.who(*BOTH))
        self.watch.end_run()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Time the program's own functions, from outside, for as long as the block lasts."""
        with (
            self._timed(Digest, "of", SHA),
            self._timed(Plain, "of", "commitment to it: SHA-256, CRC-32, HMAC"),
            self._timed(recipients, "encrypt", AGE),
            self._timed(Vault, "put", DISK),
            self._timed(Log, "append", "log entry, signed by three, fsynced"),
            self._timed(UnlockedKey, "remember_head", "head noted in two key files, fsynced"),
        ):
            yield

    @contextmanager
    def _timed(self, owner: object, name: str, stage: str) -> Iterator[None]:
        plain = getattr(owner, name)

        def timed(*given: Any, **named: Any) -> Any:  # noqa: ANN401  (whatever it takes)
            return self.watch(stage, lambda: plain(*given, **named))

        setattr(owner, name, timed)
        try:
            yield
        finally:
            setattr(owner, name, plain)


@dataclass(slots=True)
class Bare:
    """The least that could do.

    Args:
        folder: Where the files go.
        pixels: Takes the picture.
        watch: Splits the time.
        size: Of the PNG, in bytes.
    """

    folder: Path
    pixels: "Callable[[], Image]"
    watch: Stopwatch
    size: int = 0
    _to: Sequence[x25519.Recipient] = field(init=False)

    def __post_init__(self) -> None:
        """Make two recipients."""
        self._to = [x25519.Identity.generate().to_public() for _ in range(2)]
        self.folder.mkdir()

    def __call__(self) -> None:
        """Keep one picture."""
        picture = self.watch(PIXELS, self.pixels)
        memory = io.BytesIO()
        self.watch(PNG, lambda: picture.save(memory, format="PNG"))
        png = memory.getvalue()
        self.watch(SHA, lambda: hashlib.sha256(png).hexdigest())
        sealed = self.watch(AGE, lambda: pyrage.encrypt(png, self._to))
        self.watch(DISK, lambda: self._write(sealed))
        self.size = len(png)
        self.watch.end_run()

    def _write(self, content: bytes) -> None:
        with (self.folder / secrets.token_hex(8)).open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if os.name != "nt":
            descriptor = os.open(self.folder, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Watched:
    """A screen whose parts are timed.

    Args:
        source: The screen.
        watch: Splits the time.
    """

    source: ScreenSource
    watch: Stopwatch

    @property
    def name(self) -> str:
        """The backend's own name."""
        return self.source.name

    @property
    def version(self) -> str:
        """The backend's own version."""
        return self.source.version

    def desktop(self) -> Desktop:
        """Ask how large the screen is."""
        found: Desktop = self.watch("size of the screen, asked twice", self.source.desktop)
        return found

    def grab(self, permit: Permit) -> Frame:
        """Take the picture; its encoding is timed when it comes to that."""
        frame: Frame = self.watch(PIXELS, lambda: self.source.grab(permit))
        encode: Callable[[], bytes] = lambda: self.watch(PNG, frame.encode)  # noqa: E731
        return Frame(frame.width, frame.height, frame.blank, encode)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Stands for a screen where there is none.

    Args:
        picture: What is on it.
    """

    picture: "Image"
    name: str = "practice-card"
    version: str = "1"

    def desktop(self) -> Desktop:
        """Return the size."""
        return Desktop(*SIZE, (Monitor(0, 0, *SIZE),))

    def grab(self, permit: Permit) -> Frame:
        """Copy the picture, and look whether it is blank, as a real adapter does."""
        permit.use()
        copy = self.picture.copy()
        blank = copy.convert("L").getextrema() == (0, 0)
        return Frame(copy.width, copy.height, blank, lambda: _png(copy))


def _png(picture: "Image") -> bytes:
    memory = io.BytesIO()
    picture.save(memory, format="PNG")
    return memory.getvalue()


def begin(one: School) -> str:
    """Bring a case to an open session with one concern; return its reference."""
    record = one.record
    report = cases.Report("pupil", "pupil", 17, (), "A page", "Seen", "A tutor", "P. Q.")
    commit(record, cases.prepare_report(record, report), one.who("ab"))
    case = record.log.cases()[0]
    category = record.terms.policy.category(17)
    triage = cases.Triage(category, category.graver, (), "Between pupils")
    commit(
        record, cases.prepare_triage(record, record.log.case(case), triage, BOTH), one.who(*BOTH)
    )
    given = cases.Authorisation(
        authoriser="ef", reserve="", purpose="safeguarding", users_told=True, proportionate=True,
        why="To protect the pupil",
    )  # fmt: skip
    prepared = cases.prepare_authorisation(record, record.log.case(case), given)
    cases.authorise(record, prepared, one.who(*BOTH, "ef"))
    opening = sessions.prepare_opening(
        record, record.log.case(case), place="A room", conflict=False, warned=False
    )
    commit(record, opening, one.who(*BOTH))
    concern = collect.Concern("https://chat.example/1", "", "Unkind words", "Today", "A chat")
    prepared = collect.prepare_concern(record, record.log.case(case), concern)
    commit(record, prepared, one.who(*BOTH))
    return case


def _cleared(one: School) -> Clearance:
    now = one.record.now()
    first, second = (SafetyAnswer(person, Answer.NO, Answer.NO, now) for person in BOTH)
    cleared = assess(Act.CAPTURE, first, second)
    if not isinstance(cleared, Clearance):
        message = 'two "No" answers clear'
        raise TypeError(message)
    return cleared
