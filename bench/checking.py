"""Row 4: going through everything that was kept, beside bare verification of the same signatures.

The survey runs before anything is signed and verifies only the head; the full check verifies every
signature, every head, every file and the whole procedure.
"""

from measure import Row, Times, take_turns
from school import School

from counterseal.custody import envelope
from counterseal.custody.check import check
from counterseal.custody.rows import read_row
from counterseal.custody.survey import survey
from counterseal.keys.signing import verify


def measure(one: School, rounds: int) -> list[Row]:
    """Check a log that is there already.

    Args:
        one: Whose log; every file it vouches for is there.
        rounds: How often.
    """
    record = one.record
    origin, computer = record.log.origin, record.computer.public
    signed = _signatures(one)
    with record.store.reading() as rows:
        entries = len(rows.hashes())

    def bare() -> None:
        for key, message, signature in signed:
            if not verify(key, message, signature):
                message_ = "a signature is not good"
                raise AssertionError(message_)

    def whole() -> None:
        report = check(record.store, record.vault, origin)
        if report.findings:
            raise AssertionError(report.findings[0])

    times = take_turns([whole, bare, lambda: survey(record.store, origin, computer)], rounds)
    check_time, bare_time, survey_time = (_each(one, entries) for one in times)
    against = f"bare verification of the same {len(signed):,} signatures, one core"
    return [
        Row(f"full check of {entries:,} entries, each", check_time, bare_time, against),
        Row(f"survey of {entries:,} entries, each", survey_time, bare_time, against),
    ]


def _signatures(one: School) -> list[tuple[bytes, bytes, bytes]]:
    with one.record.store.reading() as rows:
        found = []
        for row in rows.leaves():
            logged = read_row(row)
            message = envelope.pae(logged.envelope.payload)
            keys = sorted(logged.entry.keys)
            pairs = zip(keys, logged.envelope.signatures, strict=True)
            found += [(key, message, signature.sig) for key, signature in pairs]
    return found


def _each(times: Times, entries: int) -> Times:
    return Times(tuple(run / entries for run in times.runs))
