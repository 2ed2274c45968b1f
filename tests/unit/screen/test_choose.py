"""Which screen is taken, what is said where there is none, and what must not be imported early."""

import subprocess
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Self

import pytest
from PIL import Image

from counterseal.errors import AcquisitionError, NoScreenError
from counterseal.evidence.exhibit import Monitor
from counterseal.evidence.screen import Desktop, grab, mss_macos, open_screen, pyautogui_windows
from counterseal.evidence.screen import pillow_x11 as x11
from counterseal.evidence.screen.mss_macos import MacScreen
from counterseal.evidence.screen.picture import read_png
from counterseal.evidence.screen.pillow_x11 import X11Screen
from counterseal.evidence.screen.pyautogui_size import SecondOpinion, second_opinion
from counterseal.evidence.screen.pyautogui_windows import WindowsScreen
from counterseal.latch import Latch
from onscreen.fakes import FakeClock, clearance
from xvfb import without_screen

linux = pytest.mark.skipif(sys.platform != "linux", reason="this adapter is for Linux")


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XAUTHORITY"):
        monkeypatch.delenv(name, raising=False)


@linux
def test_a_real_record_without_a_screen_is_refused_in_plain_words() -> None:
    with pytest.raises(NoScreenError) as refused:
        open_screen(practice=False)
    assert refused.value.what == "This computer has no screen that a picture could be taken of."
    assert "Sit at the computer itself" in refused.value.advice
    assert refused.value.kept == "Nothing was kept."


@linux
@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0"}, "Wayland"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "Wayland"),
        ({"XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0"}, "Wayland"),
        ({"DISPLAY": "localhost:10.0"}, "another computer"),
        ({"DISPLAY": "10.0.0.7:0"}, "another computer"),
        ({"DISPLAY": ":63999"}, "does not answer"),
    ],
)
def test_each_way_of_having_no_screen_has_its_own_sentence(
    environment: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(NoScreenError, match=words):
        open_screen(practice=False)


@linux
def test_practice_alone_may_go_on_without_a_screen() -> None:
    source = open_screen(practice=True)
    assert source.name == "practice-card"
    assert source.desktop() == Desktop(1280, 800, (Monitor(0, 0, 1280, 800),))


@linux
def test_pyautogui_is_not_even_imported_without_a_display() -> None:
    assert second_opinion() == SecondOpinion("PyAutoGUI not used (no X display)", None)


class _Camera:
    """Stands for `PIL.ImageGrab`: records how it was called, or fails."""

    def __init__(self, answer: Image.Image | Exception) -> None:
        self.answer = answer
        self.calls: list[dict[str, object]] = []

    def grab(self, **how: object) -> Image.Image:
        self.calls.append(how)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def _install(monkeypatch: pytest.MonkeyPatch, camera: _Camera) -> None:
    import PIL  # noqa: PLC0415  (only its attribute is exchanged)

    module = ModuleType("PIL.ImageGrab")
    module.grab = camera.grab  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "PIL.ImageGrab", module)
    monkeypatch.setattr(PIL, "ImageGrab", module, raising=False)


def _desktop(_display: str | None = None) -> Desktop:
    return Desktop(4, 3, (Monitor(0, 0, 4, 3),))


def _picture() -> Image.Image:
    image = Image.new("RGB", (4, 3))
    image.putpixel((0, 0), (1, 2, 3))
    return image


def test_on_x11_pillow_is_always_told_the_display(monkeypatch: pytest.MonkeyPatch) -> None:
    camera, clock = _Camera(_picture()), FakeClock()
    _install(monkeypatch, camera)
    monkeypatch.setattr(x11, "geometry", _desktop)
    taken = grab(clearance(clock.now()), X11Screen(":7", "1"), clock=clock, latch=Latch(()))
    assert camera.calls == [{"xdisplay": ":7"}]
    assert taken.backend == "pillow-x11"


@pytest.mark.parametrize(
    ("message", "calls"),
    [
        ("X connection failed: error 1", 2),
        ("X get_image failed: error 8 (73, 0, 9)", 2),
        ("unsupported bit depth: 8", 1),
    ],
)
def test_only_a_lost_connection_is_worth_a_second_try(
    message: str, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera, clock = _Camera(OSError(message)), FakeClock()
    _install(monkeypatch, camera)
    monkeypatch.setattr(x11, "geometry", _desktop)
    with pytest.raises(AcquisitionError):
        grab(clearance(clock.now()), X11Screen(":7", "1"), clock=clock, latch=Latch(()))
    assert len(camera.calls) == calls


@pytest.mark.parametrize("how", ["pyautogui", "pillow-windows"])
def test_on_windows_all_displays_are_taken_in_memory(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera, clock = _Camera(_picture()), FakeClock()
    _install(monkeypatch, camera)
    robot = SimpleNamespace(screenshot=camera.grab)
    monkeypatch.setitem(sys.modules, "pyautogui", robot)
    monkeypatch.setattr(pyautogui_windows, "geometry", _desktop)
    taken = grab(clearance(clock.now()), WindowsScreen(how, "1"), clock=clock, latch=Latch(()))
    wanted = {"pyautogui": {"allScreens": True}, "pillow-windows": {"all_screens": True}}
    assert camera.calls == [wanted[how]]
    assert taken.backend == how


def _raises(error: BaseException) -> Callable[[str], object]:
    def attribute(_name: str) -> object:
        raise error

    return attribute


@linux
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SystemExit("NOTE: You must install tkinter"), "Python has no Tk"),
        (KeyError("DISPLAY"), "KeyError"),
        (ImportError("gone"), "not installed"),
        (FileNotFoundError(".Xauthority"), "FileNotFoundError"),
    ],
)
def test_what_pyautogui_lacks_is_written_down_and_stops_nothing(
    error: BaseException, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = ModuleType("pyautogui")
    robot.__getattr__ = _raises(error)  # type: ignore[method-assign]
    monkeypatch.setitem(sys.modules, "pyautogui", robot)
    monkeypatch.setenv("DISPLAY", ":63999")
    assert second_opinion() == SecondOpinion(f"PyAutoGUI not used ({reason})", None)


@linux
def test_what_its_library_prints_does_not_stand_where_outcomes_stand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It warns on standard output where a display has no authority, which spoilt JSON."""

    def size() -> tuple[int, int]:
        print("a warning")  # noqa: T201  (as it does)
        return (800, 600)

    monkeypatch.setenv("DISPLAY", ":7")
    spoken = SimpleNamespace(size=size, __version__="0")
    monkeypatch.setitem(sys.modules, "pyautogui", spoken)
    assert second_opinion() == SecondOpinion("PyAutoGUI 0", (800, 600))
    assert capsys.readouterr() == ("", "a warning\n")


@linux
def test_a_second_opinion_that_differs_is_written_down() -> None:
    said = SecondOpinion("PyAutoGUI 0.9.54", (800, 600))
    assert x11._in_words(said, Desktop(800, 600, ())) == "PyAutoGUI 0.9.54"
    assert x11._in_words(said, Desktop(1024, 768, ())) == "PyAutoGUI 0.9.54 says 800x600"


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, counterseal.evidence.screen\n"
        "heavy = {'PIL', 'pyautogui', 'mss', 'tkinter', 'Xlib'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**without_screen(), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


class _MacCamera:
    """Stands for `mss.MSS` on macOS: two pixels, blue then red, in the order that macOS gives."""

    monitors = ({"left": 0, "top": 0, "width": 2, "height": 1},)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def grab(self, _monitor: object) -> SimpleNamespace:
        return SimpleNamespace(size=(2, 1), bgra=bytearray(b"\xff\x00\x00\xff\x00\x00\xff\xff"))


def _two_pixels(_display: str | None = None) -> Desktop:
    return Desktop(2, 1, (Monitor(0, 0, 2, 1),))


@pytest.fixture
def _on_a_mac(monkeypatch: pytest.MonkeyPatch) -> None:
    library = SimpleNamespace(MSS=_MacCamera, ScreenShotError=RuntimeError)
    monkeypatch.setitem(sys.modules, "mss", library)
    monkeypatch.setattr(mss_macos, "geometry", _two_pixels)


@pytest.mark.usefixtures("_on_a_mac")
def test_on_macos_colours_come_out_in_the_right_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", _core_graphics(may=True))
    clock = FakeClock()
    taken = grab(clearance(clock.now()), MacScreen("1"), clock=clock, latch=Latch(()))
    picture = read_png(taken.png)
    assert [picture.getpixel((x, 0)) for x in range(2)] == [(0, 0, 255), (255, 0, 0)]
    assert taken.backend == "mss"


@pytest.mark.usefixtures("_on_a_mac")
def test_on_macos_without_leave_there_is_no_picture_of_the_wallpaper(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ctypes.CDLL", _core_graphics(may=False))
    clock = FakeClock()
    with pytest.raises(AcquisitionError, match="may not record the screen") as refused:
        grab(clearance(clock.now()), MacScreen("1"), clock=clock, latch=Latch(()))
    assert "Screen Recording" in refused.value.advice


def _core_graphics(*, may: bool) -> Callable[[str], SimpleNamespace]:
    def asked() -> bool:
        return may

    return lambda _path: SimpleNamespace(CGPreflightScreenCaptureAccess=asked)
