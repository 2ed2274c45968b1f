"""`counterseal doctor`: check this computer."""

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import with_desk
from counterseal.errors import NoVaultError
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
    except NoVaultError as error:
        found = checks.check_computer(desk.root, desk.around, practice=False)
        found.append(checks.Checked("record", checks.Grade.NOT_CHECKED, error.what, error.advice))
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
