"""How the facts of the vault's own steps change what is known of it. Pure.

Nothing is judged here: an entry that got this far was allowed by `procedure.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.state import VaultState

Changes = Mapping[str, Any]


def advance_vault(state: VaultState, entry: Entry) -> VaultState:
    """Take one of the vault's own entries into account."""
    effect = VAULT_EFFECTS.get(entry.step)
    return replace(state, **effect(state, entry)) if effect else state


def _created(_state: VaultState, entry: Entry) -> Changes:
    return {
        "origin": entry.vault,
        "practice": entry.facts["practice"],
        "computer": entry.computer,
        "machine": entry.facts["machine"],
        "machine_source": entry.facts["machine_source"],
        "handover": entry.facts["handover"],
        "policy": entry.policy,
        "keyset_version": entry.keyset_version,
        "keyset_sha256": entry.keyset_sha256,
        "keysets": {entry.keyset_version: entry.keyset_sha256},
        "created": entry.time,
    }


def _keyset(state: VaultState, entry: Entry) -> Changes:
    version, sha256 = entry.facts["version"], entry.facts["sha256"]
    known = {**state.keysets, version: sha256}
    return {"keyset_version": version, "keyset_sha256": sha256, "keysets": known}


def _profile(_state: VaultState, entry: Entry) -> Changes:
    return {"policy": entry.facts["sha256"]}


def _computer(_state: VaultState, entry: Entry) -> Changes:
    return {"machine": entry.facts["machine"], "machine_source": entry.facts["machine_source"]}


def _computer_checked(_state: VaultState, entry: Entry) -> Changes:
    return {"computer_checked": entry.time}


def _handover(_state: VaultState, entry: Entry) -> Changes:
    return {"handover": entry.facts["handover"], "handover_checked": None}


def _handover_checked(_state: VaultState, entry: Entry) -> Changes:
    return {"handover_checked": entry.time}


def _receipt(state: VaultState, entry: Entry) -> Changes:
    size = entry.index + 1
    cosigners = tuple(entry.facts["cosigners"])
    return {"receipted": size, "receipts": {**state.receipts, size: cosigners}}


VAULT_EFFECTS: Mapping[Step, Callable[[VaultState, Entry], Changes]] = {
    Step.VAULT_CREATED: _created,
    Step.KEYSET_CHANGED: _keyset,
    Step.PROFILE_ADOPTED: _profile,
    Step.COMPUTER_CHECKED: _computer_checked,
    Step.COMPUTER_CHANGED: _computer,
    Step.HANDOVER_KEY_CHECKED: _handover_checked,
    Step.HANDOVER_KEY_CHANGED: _handover,
    Step.RECEIPT_ISSUED: _receipt,
}
"""How the facts of the vault's own steps change what is known of it."""
