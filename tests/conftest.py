"""Say at the end of a run which tests could not run, and why.

A test that needs something this computer lacks skips itself with a plain reason. On Debian, where
root can install all of it, a skip is a failure: the one thing that may be missing there is the
folder of published vectors.
"""

import os
from pathlib import Path

import pytest

OPTIONAL = "COUNTERSEAL_VECTORS"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a long run leave nothing out."""
    parser.addoption("--all", action="store_true", help="turn every bit, not a sample of them")


def could_not_run(config: pytest.Config) -> dict[str, str]:
    """Map the name of each skipped test, or of a file skipped whole, to its reason."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = getattr(reporter, "stats", {}).get("skipped", [])
    return {report.nodeid: reason_of(report) for report in skipped}


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Give the reason of a skip as it was written."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")


def refused(config: pytest.Config) -> list[str]:
    """Name the skipped tests that this computer could have run."""
    if not Path("/etc/debian_version").exists() or getattr(os, "geteuid", lambda: None)() != 0:
        return []
    return [name for name, reason in could_not_run(config).items() if OPTIONAL not in reason]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped what it could have run."""
    if session.exitstatus == pytest.ExitCode.OK and refused(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """List the tests that could not run, each with its reason."""
    skipped = could_not_run(config)
    if not skipped:
        return
    terminalreporter.section("tests that could not run")
    for name, reason in skipped.items():
        terminalreporter.line(f"{name}: {reason}")
    if refused(config):
        terminalreporter.line(
            "On Debian no test may be left out but for want of "
            f"{OPTIONAL}: this run has failed. `python3 start.py test` installs what is missing.",
            red=True,
        )
