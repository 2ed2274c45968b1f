"""Check 13: everything was done in the order, by the people and under the rules of the procedure.

The facts of the entries are replayed, as the program itself does it before it takes a step.
`docs/procedure.md`; `docs/format.md`, sections 4 and 13. Pure.
"""

import hashlib
from typing import Final

from counterseal.custody import procedure
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.rules import Asking
from counterseal.custody.state import CaseState, Stage, VaultState
from counterseal.custody.vault_effects import advance_vault
from counterseal.errors import CountersealError
from counterseal.handover.checks import names
from counterseal.handover.checks.bundle import Bundle
from counterseal.handover.checks.outcome import WrongError
from counterseal.policy import profile
from counterseal.policy.profile import Profile

_DESPITE_STOP: Final = frozenset({Step.CLOCK_ANOMALY, Step.COMPUTER_CHANGED})


def follows_procedure(bundle: Bundle) -> str:
    """Replay every entry, and compare where the case stands with the kind of bundle."""
    profiles = _profiles(bundle)
    vault, case, standing = VaultState(), CaseState(bundle.said.case), False
    of_vault = 0
    for leaf in bundle.leaves:
        entry = leaf.entry
        state = case if entry.case else CaseState("", entries=of_vault)
        _check_rules(entry, vault)
        _allow(bundle, entry, (state, vault), profiles)
        standing = _stands(entry, standing=standing)
        if entry.case:
            case = procedure.advance_anyway(case, entry)
        else:
            vault, of_vault = advance_vault(vault, entry), of_vault + 1
    bundle.state, bundle.vault = case, vault
    _check_kind(bundle)
    return f"Each step was allowed when it was taken; the case is {case.stage}."


def _profiles(bundle: Bundle) -> dict[str, Profile]:
    """Read every profile; one that loosens a rule of the base profile is refused."""
    entries = [leaf.entry for leaf in bundle.leaves]
    sizes = {e.facts["sha256"]: e.facts["size"] for e in entries if e.step is Step.PROFILE_ADOPTED}
    expected = {f"data/profiles/{sha256}.toml" for sha256 in {e.policy for e in entries} | {*sizes}}
    for name in sorted({*bundle.named(names.PROFILE)} ^ expected):
        what = "it is missing" if name in expected else "no entry names these rules"
        raise WrongError(name, what)
    found = {}
    for name in sorted(expected):
        content = bundle.content(name)
        sha256 = hashlib.sha256(content).hexdigest()
        if name != f"data/profiles/{sha256}.toml":
            raise WrongError(name, "it is not what its name says")
        if sizes.get(sha256, len(content)) != len(content):
            raise WrongError(name, "it is not as long as the entry says that adopted it")
        try:
            found[sha256] = profile.load(content)
        except (CountersealError, RecursionError) as error:
            raise WrongError(name, str(error)) from error
    return found


def _check_rules(entry: Entry, vault: VaultState) -> None:
    if vault.origin and entry.policy != vault.policy:
        where = names.entry_name(entry.index, "json")
        raise WrongError(where, "it names rules that were not in force")


def _allow(
    bundle: Bundle,
    entry: Entry,
    states: tuple[CaseState, VaultState],
    profiles: dict[str, Profile],
) -> None:
    coming = None
    if entry.step is Step.KEYSET_CHANGED:
        coming = bundle.keysets[entry.facts["version"]]
    asking = Asking(
        proposal=entry.proposal,
        people=entry.people,
        state=states[0],
        vault=states[1],
        keyset=bundle.keysets[entry.keyset_version],
        policy=profiles[entry.policy],
        next_keyset=coming,
        today=entry.time.utc[:10],
    )
    try:
        procedure.allow(asking)
    except (CountersealError, ValueError, OverflowError) as error:
        where = names.entry_name(entry.index, "json")
        raise WrongError(where, f"the procedure does not allow it: {error}") from error


def _stands(entry: Entry, *, standing: bool) -> bool:
    """Say whether the case's stop stands on the computer after an entry.

    While it does, the record takes nothing of its own but what cannot wait (section 4, "A stop").
    """
    if standing and not entry.case and entry.step not in _DESPITE_STOP:
        where = names.entry_name(entry.index, "json")
        raise WrongError(where, "it was written while the computer was stopped")
    if entry.step is Step.CASE_STOPPED:
        return bool(entry.facts["exposed"] != "no")
    return standing and entry.step not in {Step.COMPUTER_RELEASED, Step.COMPUTER_CHANGED}


def _check_kind(bundle: Bundle) -> None:
    said, state = bundle.said, bundle.state
    where = names.STATEMENT
    stopped = state.stage is Stage.STOPPED
    last = bundle.own[-1].entry
    if said.practice != bundle.vault.practice:
        raise WrongError(where, "it does not say whether this is practice as the record does")
    if said.full == stopped:
        raise WrongError(where, "a case that was stopped is handed over as its record alone")
    if not said.full:
        return
    signed = sorted((person.id, person.key) for person in last.people)
    if last.step is not Step.EXPORT_OPENED:
        raise WrongError(where, "the case's last entry is not that everything was opened")
    if list(said.people) != signed:
        raise WrongError(where, "others signed it than those who opened everything")
