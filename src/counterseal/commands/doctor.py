"""`counterseal doctor`: check this computer."""

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import with_desk
from counterseal.errors import CountersealError, StoppedError
from counterseal.workflow import checks

_MARKS = {
    checks.Grade.PASS: "[ok]",
    checks.Grade.WARN: "[look]",
    checks.Grade.BLOCK: "[must be mended]",
    checks.Grade.NOT_CHECKED: "[not checked]",
}


@click.command(name="doctor")
@with_desk
def command(desk: Desk) -> int:
    """Check this computer and the record, and say what needs attention. Nothing is changed."""
    try:
        record = desk.record(signing=False)
    except StoppedError:
        raise
    except CountersealError as error:
        found = checks.check_computer(desk.root, desk.around, practice=False)
        found.append(checks.Checked("record", _grade(desk), error.what, error.advice))
    else:
        found = checks.check_computer(desk.root, desk.around, practice=record.practice)
        found += checks.check_record(record)
    grade = checks.worst(found)
    lines = [shown(f"{_MARKS[c.grade]:<17} {c.what} {c.advice}".rstrip()) for c in found]
    data = [
        {"name": c.name, "grade": str(c.grade), "what": c.what, "advice": c.advice} for c in found
    ]
    desk.tell({"grade": str(grade), "checks": data}, lines)
    return 60 if grade is checks.Grade.BLOCK else 0


def _grade(desk: Desk) -> checks.Grade:
    """Nothing set up yet is no fault; a folder that holds something and is no record is one."""
    empty = not desk.root.exists() or (desk.root.is_dir() and not any(desk.root.iterdir()))
    return checks.Grade.NOT_CHECKED if empty else checks.Grade.BLOCK
