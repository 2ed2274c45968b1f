"""The published RFC 6962 vectors: every one judged as its author says.

They are not part of this repository. COUNTERSEAL_VECTORS names the folder that holds them.
"""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from counterseal.custody import merkle

FOLDER = os.environ.get("COUNTERSEAL_VECTORS", "")
PUBLISHED = 196

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="COUNTERSEAL_VECTORS names no folder of published vectors"
)


def _read(kind: str) -> dict[str, dict[str, Any]]:
    folder = Path(FOLDER) / "rfc6962" / kind
    return {
        path.relative_to(folder).as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.json"))
    }


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def _path(vector: dict[str, Any]) -> list[bytes]:
    return [_bytes(node) for node in vector["proof"] or ()]


def _inclusion_good(vector: dict[str, Any]) -> bool:
    return merkle.verify_inclusion(
        index=vector["leafIdx"],
        size=vector["treeSize"],
        leaf=_bytes(vector["leafHash"]),
        proof=_path(vector),
        root=_bytes(vector["root"]),
    )


def _consistency_good(vector: dict[str, Any]) -> bool:
    return merkle.verify_consistency(
        old_size=vector["size1"],
        new_size=vector["size2"],
        proof=_path(vector),
        old_root=_bytes(vector["root1"]),
        new_root=_bytes(vector["root2"]),
    )


def test_every_published_vector_is_judged_as_its_author_says() -> None:
    """All 196 are there; the good ones are accepted and the bad ones refused."""
    judged = {f"inclusion/{n}": (_inclusion_good(v), v) for n, v in _read("inclusion").items()}
    judged |= {
        f"consistency/{n}": (_consistency_good(v), v) for n, v in _read("consistency").items()
    }
    wrong = [name for name, (good, vector) in judged.items() if good == vector["wantErr"]]
    assert not wrong
    assert len(judged) == PUBLISHED
    assert {good for good, _vector in judged.values()} == {True, False}
