"""A browser that nobody watches any more is closed or locked; nothing else is ever touched."""

import json
import os
import socket
import time
from pathlib import Path

import pytest

from counterseal.evidence.browser.left_over import (
    LEAVE_S,
    REACH_S,
    end_left_over,
    lock_left_over,
)
from counterseal.evidence.browser.locking import LOCK_S
from fake_browsing import faking, sent
from patience import BUSY_S


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def come_up(port: int) -> None:
    end = time.monotonic() + 10
    while not listening(port):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_it_is_closed(tmp_path: Path) -> None:
    with faking(tmp_path, "none") as (found, _, _):
        come_up(found.port)
        assert end_left_over(found.port, found.process.pid, str(found.folder))
        assert found.process.wait(5) == 0
        assert sent(tmp_path, "-") == ["SystemInfo.getProcessInfo", "Browser.close"]


def test_it_is_gone_already() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    assert end_left_over(port, os.getpid(), "")
    assert time.monotonic() - began < 1 + BUSY_S


@pytest.mark.parametrize("fault", ["other", "elsewhere"])
def test_another_program_is_left_alone(tmp_path: Path, fault: str) -> None:
    with faking(tmp_path, fault) as (found, _, _):
        come_up(found.port)
        assert not end_left_over(found.port, found.process.pid, str(found.folder))
        assert found.is_alive()
        if fault == "other":
            assert "Browser.close" not in sent(tmp_path, "-")


@pytest.mark.parametrize(
    ("form", "ours"),
    [
        ("--user-data-dir={} --restart", True),
        ("--restart --user-data-dir={}", True),
        ('--user-data-dir="{}" --restart', True),  # as on Windows
        ("--user-data-dir={}1 --restart", False),
        ('--user-data-dir="{}/Default" --restart', False),
        ("--log-file={} --restart", False),
    ],
)
def test_one_that_started_itself_anew_is_known_by_its_profile(
    tmp_path: Path, form: str, *, ours: bool
) -> None:
    profile = f"{tmp_path}/browser/2026-001"
    line = f"/usr/bin/chromium {form.format(profile)}"
    says = json.dumps({"SystemInfo.getInfo": {"commandLine": line}})
    with faking(tmp_path, "other", ANSWERS=says) as (found, _, _):
        come_up(found.port)
        assert not end_left_over(found.port, found.process.pid, "")
        assert found.is_alive()
        assert end_left_over(found.port, found.process.pid, profile) is ours
        assert found.is_alive_after(1.0) is not ours


def test_nobody_closes_it_where_it_may_not_be_any_more(tmp_path: Path) -> None:
    """Whoever asks may be told of a stop at the last moment."""
    with faking(tmp_path, "none") as (found, _, _):
        come_up(found.port)
        known: list[int] = []

        def may() -> bool:
            known.append(len(sent(tmp_path, "-")))
            return False

        folder = str(found.folder)
        assert not end_left_over(found.port, found.process.pid, folder, may=may)
        assert known, "it was never asked"
        assert "Browser.close" not in sent(tmp_path, "-")
        assert found.is_alive()


def test_it_does_not_answer(tmp_path: Path) -> None:
    with faking(tmp_path, "mute") as (found, _, _):
        come_up(found.port)
        began = time.monotonic()
        assert not end_left_over(found.port, found.process.pid, str(found.folder))
        assert time.monotonic() - began < LEAVE_S + 0.5 + BUSY_S
        assert found.is_alive()


def test_something_that_is_no_browser_is_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        began = time.monotonic()
        assert not end_left_over(other.getsockname()[1], os.getpid(), "")
        assert time.monotonic() - began < LEAVE_S + 0.5 + BUSY_S


# ------------------------------------------------------------------------------------------- locked


def test_it_is_locked_and_goes_on(tmp_path: Path) -> None:
    with faking(tmp_path, "none") as (found, _, _):
        come_up(found.port)
        locked = lock_left_over(found.port, found.process.pid, str(found.folder))
        assert locked is not None
        assert (locked.pages, locked.frozen) == (1, 1)
        assert sent(tmp_path, "-")[:1] == ["SystemInfo.getProcessInfo"]
        attaching = {"Target.setDiscoverTargets", "Target.setAutoAttach"}
        assert {"Fetch.enable", *attaching} == set(sent(tmp_path, "-")[1:])
        assert "Runtime.runIfWaitingForDebugger" not in sent(tmp_path, "S1")
        assert sent(tmp_path, "S1")[-1] == "Page.setWebLifecycleState"
        assert found.is_alive()


def test_nothing_is_there_to_lock() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert lock_left_over(port, os.getpid(), "") is None


def test_another_program_is_not_locked(tmp_path: Path) -> None:
    with faking(tmp_path, "other") as (found, _, _):
        come_up(found.port)
        assert lock_left_over(found.port, found.process.pid, str(found.folder)) is None
        assert not {"Fetch.enable", "Target.setAutoAttach"} & set(sent(tmp_path, "-"))


@pytest.mark.parametrize("fault", ["mute", "elsewhere", "deaf"])
def test_one_that_does_not_answer_is_not_said_to_be_locked(tmp_path: Path, fault: str) -> None:
    with faking(tmp_path, fault) as (found, _, _):
        come_up(found.port)
        locked = lock_left_over(found.port, found.process.pid, str(found.folder))
        assert locked is not None
        assert (locked.pages, locked.frozen) == (1, 0)
        assert locked.took_ms <= (REACH_S + LOCK_S + BUSY_S) * 1000
        assert found.is_alive()
