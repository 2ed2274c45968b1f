"""Row 5: a whole case into a sealed bundle, and its check, beside stock tools on the same bytes.

Both sides are whole processes where the tool is one; the export is measured within this process,
from the opening of the first exhibit to the receipt. What it seals it has to open first, and so has
what it is measured against.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from casework import BOTH
from measure import Row, take_turns
from school import School

from counterseal.custody.facts import Step
from counterseal.keys.recipients import new_identity, recipient_of
from counterseal.workflow import bundle_lock, cases, handing_over
from counterseal.workflow.cases import Report
from counterseal.workflow.steps import Draft, Produced, commit, prepare

_CASE = "2026-001"
_VERIFY = """
import sys
from pathlib import Path
from counterseal import cli
status = cli.run(sys.argv[1:])
known = Path("/proc/self/status")
lines = known.read_text().splitlines() if known.exists() else []
print(next((line.split()[1] for line in lines if line.startswith("VmHWM")), "0"))
sys.exit(status)
"""
"""`verify`, and at its end the most memory that it had, in KiB; 0 where the system does not say."""
_EXHIBIT = 16 << 20
_NO = [{"person": person, "image": "no", "other": "no"} for person in BOTH]
_TRIAGED = {"category": 17, "class": "C", "modifiers": [], "gates": [], "investigators": [*BOTH]}
_AUTHORISED = {
    "authoriser": "ef",
    "letter": False,
    "reserve": "",
    "purpose": "safeguarding",
    "users_told": True,
    "proportionate": True,
}


def measure(one: School, folder: Path, megabytes: int, rounds: int) -> list[Row]:
    """Make a bundle of this size, and check it.

    Args:
        one: Whose case it is; nothing was reported yet.
        folder: Where to put what is made.
        megabytes: How much the exhibits have together.
        rounds: How often.
    """
    _collect(one, megabytes)
    identity = new_identity()
    (folder / "key.txt").write_text(f"{identity}\n")
    made: list[Path] = []

    def export() -> None:
        made.append(_export(one, folder / f"out-{len(made)}", recipient_of(identity)))

    export()
    sealed, plain = made[0], folder / "bundle.zip"
    _run(["age", "-d", "-i", str(folder / "key.txt"), "-o", str(plain), str(sealed)])
    _run(["unzip", "-q", str(plain), "-d", str(folder)])

    def digest() -> None:
        _run(["openssl", "dgst", "-sha256", str(plain)])

    def decrypt() -> None:
        _run(["age", "-d", "-i", str(folder / "key.txt"), "-o", os.devnull, str(sealed)])
        digest()

    def again() -> None:
        decrypt()
        _run(["age", "-r", recipient_of(identity), "-o", str(folder / "x.age"), str(plain)])

    memory: list[int] = []

    def verify(*typed: str) -> None:
        said = _run([sys.executable, "-c", _VERIFY, "verify", *typed])
        memory.append(int(said.split()[-1]))

    def bag() -> None:
        code = "import bagit, sys; bagit.Bag(sys.argv[1]).validate(processes=1)"
        _run([sys.executable, "-c", code, str(folder / "bundle")])

    key = ("--identity", str(folder / "key.txt"))
    exported = take_turns([export, again], rounds)
    opened = take_turns([lambda: verify(str(sealed), *key), decrypt], rounds)
    bagged = take_turns([lambda: verify(str(plain)), bag], rounds)
    size = f"{plain.stat().st_size / 1e6:,.0f} MB"
    most = f"at most {max(memory) / 1024:.0f} MiB of memory"
    tools = "age -d and openssl dgst -sha256 on the same bytes, one after the other"
    return [
        Row(f"export of {size}, sealed", *exported, f"{tools}, then age", 1.3),
        Row(f"verify of {size}, sealed", *opened, tools, 1.3, (most,)),
        Row(f"verify of {size}, not sealed", *bagged, "bagit-python, unpacked", 1.0, (most,)),
    ]


def _collect(one: School, megabytes: int) -> None:
    """Take a case as far as the end of its session."""
    record = one.record
    report = Report("staff", "pupil", 0, (), "A page", "By a teacher", "The teacher", "X")
    commit(record, cases.prepare_report(record, report), one.who("ab"))
    opened = {
        "check": "pass",
        "machine": record.state.machine,
        "program": record.around.program().digest,
        "conflict": False,
    }
    _take(one, Step.CASE_TRIAGED, _TRIAGED)
    _take(one, Step.CASE_AUTHORISED, _AUTHORISED, people=(*BOTH, "ef"))
    _take(one, Step.SESSION_OPENED, opened)
    _take(one, Step.CONCERN_RECORDED, {"concern": 1, "kind": "address", "private": False})
    facts = {"concern": 1, "answers": _NO, "age_ms": 5_000, "media": "other"}
    count = max(1, (megabytes << 20) // _EXHIBIT)
    for number in range(1, count + 1):
        exhibit = Produced(f"AB/{number}", os.urandom(_EXHIBIT), "other")
        _take(one, Step.EXHIBIT_SUPPLIED, facts, (exhibit,))
    _take(one, Step.SESSION_CLOSED, {"exhibits": count})


def _take(
    one: School,
    step: Step,
    facts: dict[str, Any],
    exhibits: tuple[Produced, ...] = (),
    people: Sequence[str] = BOTH,
) -> None:
    record = one.record
    recipient = record.log.case(_CASE).recipient
    draft = Draft(step, _CASE, facts, {"words": "Written for the bench."}, exhibits)
    commit(record, prepare(record, draft, recipient), one.who(*people))


def _export(one: School, out: Path, to: str) -> Path:
    record = one.record
    case = record.log.cases()[0]
    lock = bundle_lock.make_lock(record, bundle_lock.Sealing(to=(to,)))
    prepared = handing_over.prepare_export(record, record.log.case(case), "police", "The bench")
    made, _ = handing_over.make(record, prepared, one.who(*BOTH), lock, out, lambda *_: None)
    return made.path


def _run(command: list[str]) -> str:
    """Run a program to its end, and return what it said."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout
