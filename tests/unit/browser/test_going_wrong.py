"""A browser that is missing, blocked, hung, gone or not ours: a plain sentence, and soon."""

import json
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counterseal.errors import VaultError
from counterseal.evidence.browser import (
    Browser,
    BrowserGoneError,
    Kind,
    Watch,
    find_browser,
    start,
)
from counterseal.evidence.browser.finding import refuse_blocked
from counterseal.evidence.browser.locking import LOCK_S
from counterseal.evidence.browser.trouble import (
    BrowserBlockedError,
    BrowserSilentError,
    NoBrowserError,
)
from fake_browsing import faking, nowhere, program, running, sent
from fakes import FakeClock
from patience import BUSY_S, SOON_S, until


def test_a_computer_without_a_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBrowserError, match="no Edge, Chrome or Chromium") as caught:
        find_browser()
    assert "one types the address, the other reads it back" in caught.value.advice


@pytest.mark.parametrize(
    ("name", "brand"),
    [("microsoft-edge", "edge"), ("google-chrome", "chrome"), ("chromium-browser", "chromium")],
)
def test_the_browser_of_the_computer_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, brand: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / name
    path.touch(mode=0o700)
    assert find_browser() == Browser(brand, path)


@pytest.mark.parametrize(
    "setting", [{"RemoteDebuggingAllowed": False}, {"DeveloperToolsAvailability": 2}]
)
def test_a_setting_that_forbids_watching(tmp_path: Path, setting: dict[str, object]) -> None:
    (tmp_path / "managed").mkdir()
    (tmp_path / "managed" / "school.json").write_text(json.dumps(setting), encoding="utf-8")
    with pytest.raises(BrowserBlockedError, match=next(iter(setting))) as caught:
        refuse_blocked(Browser("chrome", tmp_path / "chrome"), [tmp_path])
    assert "Go on by hand" in caught.value.advice


def test_settings_that_allow_watching(tmp_path: Path) -> None:
    allowing = {"RemoteDebuggingAllowed": True, "DeveloperToolsAvailability": 1}
    (tmp_path / "a.json").write_text(json.dumps(allowing), encoding="utf-8")
    (tmp_path / "b.json").write_text("{", encoding="utf-8")
    (tmp_path / "c.json").write_text("[]", encoding="utf-8")
    refuse_blocked(Browser("chrome", tmp_path / "chrome"), [tmp_path, tmp_path / "absent"])


def test_the_command_line_changes_nothing_but_the_cache(tmp_path: Path) -> None:
    with running(tmp_path, "exec sleep 60") as found:
        assert found.command == (
            str(tmp_path / "program"),
            f"--remote-debugging-port={found.port}",
            f"--user-data-dir={tmp_path}/browser/2026-001",
            "--no-first-run",
            "--no-default-browser-check",
            "--disk-cache-size=1",
            "about:blank",
        )
        assert found.port > 0
        assert found.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("case", ["..", "", "a/b", "/etc", "2026-001\n"])
def test_a_reference_that_is_no_folder(tmp_path: Path, case: str) -> None:
    with pytest.raises(ValueError, match="names a folder"):
        start(program(tmp_path, "exit"), tmp_path, case)
    assert not (tmp_path / "browser").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "browser").touch()
    with pytest.raises(VaultError):
        start(program(tmp_path, "exit"), tmp_path, "2026-001")


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(BrowserGoneError, match="could not be started"):
        start(Browser("chromium", tmp_path / "absent"), tmp_path, "2026-001")


def test_a_browser_that_ends_at_once(tmp_path: Path) -> None:
    with running(tmp_path, "exit 3") as found:
        began = time.monotonic()
        with pytest.raises(BrowserGoneError, match="ended as soon as it was started"):
            Watch(found, nowhere, FakeClock()).begin()
        assert time.monotonic() - began < SOON_S


def test_a_browser_that_never_answers_is_ended(tmp_path: Path) -> None:
    with running(tmp_path, "trap '' TERM; sleep 60 & wait; wait") as found:
        began = time.monotonic()
        with pytest.raises(BrowserSilentError, match="does not answer"):
            Watch(found, nowhere, FakeClock()).begin()
        assert time.monotonic() - began < SOON_S
        assert not found.is_alive()


def test_a_computer_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "websockets.sync.client", None)
    with running(tmp_path, "exec sleep 60") as found:
        with pytest.raises(BrowserGoneError, match="is not installed"):
            Watch(found, nowhere, FakeClock()).begin()
        assert not found.is_alive()


def test_another_program_in_its_place(tmp_path: Path) -> None:
    with faking(tmp_path, "other") as (found, watch, _):
        with pytest.raises(BrowserGoneError, match="Another program answers"):
            watch.begin()
        assert not found.is_alive()


def test_no_other_computer_is_spoken_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[object, ...]] = []
    real = socket.create_connection

    def seen(address: tuple[str, int], *rest: Any, **more: Any) -> socket.socket:  # noqa: ANN401
        called.append(address)
        return real(address, *rest, **more)

    monkeypatch.setattr(socket, "create_connection", seen)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.setenv(name, "" if name == "no_proxy" else "http://192.0.2.2:8080")
    with faking(tmp_path, "elsewhere") as (found, watch, _):
        with pytest.raises(BrowserSilentError):
            watch.begin(2.0)
        assert set(called) == {("127.0.0.1", found.port)}
    called.clear()
    with faking(tmp_path, "none") as (found, watch, _):
        watch.begin(10.0)
        assert set(called) == {("127.0.0.1", found.port)}


def test_a_browser_that_opens_the_conversation_and_says_nothing(tmp_path: Path) -> None:
    with faking(tmp_path, "mute") as (_, watch, _):
        began = time.monotonic()
        with pytest.raises(BrowserSilentError):
            watch.begin()
        assert time.monotonic() - began < SOON_S


def alone(**more: str) -> str:
    info = {"targetId": "T9", "type": "page", "url": "https://one.example/9", "title": ""}
    return json.dumps([{"method": "Target.targetCreated", "params": {"targetInfo": info | more}}])


def test_a_browser_with_a_window_that_is_never_attached_is_ended(tmp_path: Path) -> None:
    with faking(tmp_path, "none", TELLS=alone()) as (found, watch, visits):
        with pytest.raises(BrowserBlockedError, match="A setting of this computer"):
            watch.begin(10.0)
        assert not found.is_alive()
        with pytest.raises(BrowserBlockedError):
            watch.flush()
        said = [(v.failure, v.address.shown if v.address else "") for v in visits]
        assert said[-2:] == [
            ("window that cannot be watched", "https://one.example/9"),
            ("browser ended, since it could not be watched", ""),
        ]


def test_after_a_lock_it_is_not_ended_for_such_a_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also not where the stop comes in between finding it and ending the browser."""
    with faking(tmp_path, "none") as (found, watch, visits):
        watch.begin(10.0)
        missing = watch._line._told.say

        def say(why: str, address: str | None) -> None:
            missing(why, address)
            watch.lock()

        monkeypatch.setattr(watch._line, "_told", replace(watch._line._told, say=say))
        watch._line.give_up(["https://one.example/"])
        assert found.is_alive_after(1.0)
        assert not watch.gone
        watch.flush()
        assert [v.failure for v in visits if v.failure] == ["window that cannot be watched"]


def test_a_browser_whose_own_pages_are_not_attached_is_watched(tmp_path: Path) -> None:
    with faking(tmp_path, "none", TELLS=alone(url="chrome://settings/")) as (found, watch, _):
        watch.begin(10.0)
        watch.flush()
        assert found.is_alive()
        watch.end()


def test_nothing_sent_to_a_window_waits_for_an_answer(tmp_path: Path) -> None:
    with faking(tmp_path, "deaf") as (_, watch, visits):
        watch.begin(10.0)
        watch.flush()
        until(lambda: len(sent(tmp_path, "S1")) >= 5)
        assert sent(tmp_path, "S1")[:5] == [
            "Page.enable",
            "Network.enable",
            "Security.enable",
            "Target.setAutoAttach",
            "Runtime.runIfWaitingForDebugger",
        ]
        locked = watch.lock()
        assert (locked.pages, locked.frozen) == (1, 0)
        assert 400 <= locked.took_ms <= (LOCK_S + BUSY_S) * 1000
        until(lambda: "Page.setWebLifecycleState" in sent(tmp_path, "S1"))
        assert sent(tmp_path, "S1")[-3:] == [
            "Network.emulateNetworkConditions",
            "Page.stopLoading",
            "Page.setWebLifecycleState",
        ]
        assert [visit.kind for visit in visits] == [Kind.WINDOW]


def test_a_window_that_changes_its_page_just_now_is_asked_again(tmp_path: Path) -> None:
    with faking(tmp_path, "changing") as (_, watch, _):
        watch.begin(10.0)
        locked = watch.lock()
        assert (locked.pages, locked.frozen) == (1, 1)
        assert sent(tmp_path, "S1").count("Page.setWebLifecycleState") == 4


def test_pages_that_never_speak_are_written_down_from_what_the_browser_shows(
    tmp_path: Path,
) -> None:
    tells: list[dict[str, object]] = []
    for name in "abc":
        url, load = f"https://one.example/{name}", {"requestId": name, "timestamp": 70.0}
        request = {"loaderId": name, "frameId": "T1", "wallTime": 1_796_000_000.0}
        request |= {"request": {"url": url, "method": "GET"}}
        info = {"targetId": "T1", "type": "page", "url": url, "title": ""}
        tells += [
            {"method": "Network.requestWillBeSent", "sessionId": "S1", "params": load | request},
            {
                "method": "Network.responseReceived",
                "sessionId": "S1",
                "params": {**load, "response": {"status": 200}},
            },
            {"method": "Target.targetInfoChanged", "params": {"targetInfo": info}},
        ]
    with faking(tmp_path, "none", TELLS=json.dumps(tells)) as (_, watch, visits):
        watch.begin(10.0)
        watch.flush()
        opened = [visit.address for visit in visits if visit.kind is Kind.OPENED]
        assert [one.shown[-1] for one in opened if one] == ["a", "b", "c"]


def test_what_is_not_understood_leaves_a_gap(tmp_path: Path) -> None:
    with faking(tmp_path, "odd") as (_, watch, visits):
        watch.begin(10.0)
        watch.flush()
        (gap,) = visits
        assert (gap.kind, gap.failure) == (Kind.GAP, "not understood: Target.attachedToTarget")
        assert watch.product == "Fake/1.0"


def test_a_lock_of_a_browser_that_is_gone_does_not_raise(tmp_path: Path) -> None:
    with faking(tmp_path, "none") as (found, watch, _):
        assert watch.lock().pages == 0  # nothing was watched yet
        watch.begin(10.0)
        found.end()
        assert watch.lock().frozen == 0


def test_visits_are_handed_on_without_being_asked_for(tmp_path: Path) -> None:
    with faking(tmp_path, "none") as (found, _, visits):
        watch = Watch(found, visits.extend, FakeClock(), every_s=0.1)
        watch.begin(10.0)
        until(lambda: visits)
        assert [visit.kind for visit in visits] == [Kind.WINDOW]
        watch.end()
        assert not found.is_alive()
