"""A policy of this computer's own Chromium, in a view of the file system that one browser has."""

import json
from pathlib import Path
from typing import Any

from browsing import chromium
from counterseal.evidence.browser import Kind, Visit
from elsewhere import need_root_on_linux

SETTINGS = "/etc/chromium"


def under(folder: Path, policy: dict[str, Any]) -> str:
    """Return the line of a script that goes on as Chromium under a policy."""
    need_root_on_linux()
    managed = folder / "settings" / "policies" / "managed"
    managed.mkdir(parents=True)
    (managed / "school.json").write_text(json.dumps(policy))
    mounted = f'mount --bind {folder / "settings"} {SETTINGS} && exec "$0" "$@"'
    return f"exec unshare --mount /bin/sh -c '{mounted}' {chromium().path}"


def gaps(found: list[Visit]) -> list[tuple[str | None, str]]:
    """Return why and where nobody watched."""
    return [
        (visit.failure, visit.address.shown if visit.address else "")
        for visit in found
        if visit.kind is Kind.GAP
    ]
