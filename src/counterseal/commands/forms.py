"""The forms: every step that needs nothing but answers. Data only."""

from collections.abc import Iterable

from counterseal.commands.form import Field, Form, Kind, group_of
from counterseal.custody import words
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState
from counterseal.policy.keeping import kept_until
from counterseal.policy.profile import Profile


def _plain(names: Iterable[str]) -> dict[str, str]:
    return {name: name.replace("-", " ") for name in names}


def _kept_until(policy: Profile, state: CaseState, today: str) -> str:
    return kept_until(policy, state.outcomes, today)


def _whom_to_turn_to(policy: Profile) -> list[str]:
    """List whom the school has to turn to, with the day on which somebody made sure of it."""
    known = [rule for rule in policy.support.values() if rule.name or rule.reach]
    lines = [
        f"   {rule.label}: {rule.name} {rule.reach} (checked on {rule.checked_on or 'no day'})"
        for rule in known
    ]
    return lines or ["   The school's rules name nobody to turn to yet: `policy show`."]


_REASON = Field("why", "Why, in your words")
_WHEN = Field("when", "When")
_REFERENCE = Field("reference", "Reference, if there is one", empty=True)

ADVICE = Form(
    "record",
    Step.ADVICE_RECORDED,
    'Record advice that was taken. "go-on" lets the case go on; anything else keeps it waiting.',
    (
        Field("adviser", "Who advised", Kind.CHOICE, _plain(words.ADVISERS)),
        Field(
            "decision",
            "What they advised",
            Kind.CHOICE,
            {
                "go-on": "The school may go on.",
                "wait": "The school waits.",
                "leave-it": "The school leaves it to others.",
            },
        ),
        Field("name", "Name and post of who advised"),
        Field("words", "What they said"),
        _WHEN,
    ),
)
APPROVAL = Form(
    "record",
    Step.APPROVAL_RECORDED,
    "Record the Chair's approval to look at private communications, or its refusal.",
    (
        Field(
            "letter", "Does a signed letter stand for the own signature of the {chair}", Kind.YES
        ),
        Field("approver", "Id of the {chair}, empty with a letter", Kind.PERSON, empty=True),
        Field("consulted", "Who was consulted", Kind.MANY, _plain(words.CONSULTED)),
        Field("assessed", "Was the assessment made", Kind.YES),
        Field("grounds", "On what grounds", Kind.CHOICE, _plain(words.GROUNDS)),
        Field("approved", "Is it approved", Kind.YES),
        Field("assessment", "What the assessment says"),
        _REFERENCE,
    ),
)
INFORM = Form(
    "inform",
    Step.POLICE_INFORMED,
    "Record that the police were told. One person is enough; it never delays the call itself.",
    (
        Field("way", "How they were told", Kind.CHOICE, _plain(words.POLICE_WAYS)),
        Field("wait", "Did they ask the school to wait", Kind.YES),
        Field("officer", "Who took the call, if known", empty=True),
        _REFERENCE,
        _WHEN,
    ),
)
PERMIT = Form(
    "permit",
    Step.POLICE_PERMITTED,
    "Record that the police let the school go on.",
    (
        Field("scope", "What the school may do", Kind.CHOICE, _plain(words.POLICE_SCOPES)),
        Field("officer", "Name of the officer"),
        Field("number", "Number of the officer"),
        Field("words", "Their words"),
        _WHEN,
    ),
)
REFERRAL = Form(
    "record",
    Step.REFERRAL_RECORDED,
    "Record that the case was referred to somebody.",
    (
        Field("to", "To whom", Kind.CHOICE, _plain(words.REFERRED_TO)),
        Field("made", "On which day (2026-11-20)", Kind.DATE),
        Field("person", "Name and post of who took it"),
        _REFERENCE,
    ),
    says=_whom_to_turn_to,
)
DEPARTURE = Form(
    "record",
    Step.DEPARTURE_RECORDED,
    "Record a departure from the procedure, and why. The Headteacher is to be told.",
    (Field("rule", "Which rule", Kind.CHOICE, _plain(words.WAIVABLE)), _REASON),
)
TOLD = Form(
    "record",
    Step.PERSON_TOLD,
    "Record that somebody was told. One person is enough; telling is never waited for.",
    (
        Field("who", "Who was told", Kind.CHOICE, _plain(words.WHO)),
        Field(
            "about",
            "Of what",
            Kind.CHOICE,
            {"case": "That there is this case.", "departure": "Of a departure, and why."},
        ),
        Field("way", "How they were told", Kind.CHOICE, _plain(words.TOLD_WAYS)),
        Field("name", "Name and post of who was told"),
        Field("words", "What was said, in a sentence"),
        _WHEN,
    ),
)
FILTER = Form(
    "record",
    Step.FILTER_CHANGED,
    "Record that the school's filter was changed for this case: why, by whom, from when to when.",
    (
        Field(
            "change",
            "What was changed",
            Kind.CHOICE,
            {
                "opened": "Something can be reached that could not.",
                "closed": "Something cannot be reached that could.",
                "other": "Something else.",
            },
        ),
        Field("from", "From which day (2026-11-20)", Kind.DATE),
        Field("until", "Until which day (2026-11-20)", Kind.DATE),
        Field("what", "Which site or service"),
        _REASON,
        Field("asked_by", "Who asked for it: name and post"),
        Field("done_by", "Who changed it: name and post"),
    ),
)
CORRECTION = Form(
    "correct",
    Step.ENTRY_CORRECTED,
    "Correct an entry. The original stays as it is, and both are shown.",
    (
        Field("entry", "Number of the entry (see log show)", Kind.NUMBER),
        Field("correction", "What is right instead"),
    ),
)
ADDITION = Form(
    "record",
    Step.ADDITION_RECORDED,
    "Add something to a case that is closed.",
    (
        Field("about", "Which exhibit it is about, if any", Kind.REF, empty=True),
        Field("addition", "What is added"),
    ),
)
ISOLATION = Form(
    "isolate",
    Step.DEVICE_ISOLATED,
    "Record that a device was put aside, untouched.",
    (
        Field("kind", "What kind of device", Kind.CHOICE, _plain(words.DEVICES)),
        Field("power", "Is it on or off", Kind.CHOICE, _plain(words.POWER)),
        Field("device", "Make, model, and serial number or IMEI"),
        Field("state", "How it was found"),
        Field("done", "What was done to put it aside, and by whom"),
        Field("kept", "Where it is kept"),
        Field("seal", "Seal number, if any", empty=True),
        Field("key_holder", "Who holds the key to that place"),
    ),
    moment="device",
)
PLACE_HOLD = Form(
    "place",
    Step.HOLD_PLACED,
    "Place a hold: nothing of the case is disposed of while it stands.",
    (Field("reason", "For what", Kind.CHOICE, _plain(words.HOLD_REASONS)), _REASON),
)
LIFT_HOLD = Form(
    "lift",
    Step.HOLD_LIFTED,
    "Lift the hold.",
    (Field("reason", "What it was for", Kind.CHOICE, _plain(words.HOLD_REASONS)), _REASON),
)
_ACTIONS = {
    **_plain(words.ACTIONS),
    "removal-asked": "Ask for it to be taken down: only after it was kept.",
}
ACT = Form(
    "act",
    Step.ACTION_RECORDED,
    "Record an action, who sees to it, and by when.",
    (
        Field("outcome", "Which outcome it belongs to", Kind.CHOICE, _plain(words.OUTCOMES)),
        Field("action", "Which action", Kind.CHOICE, _ACTIONS),
        Field("owner", "Id of who sees to it, empty if not enrolled", Kind.PERSON, empty=True),
        Field("due", "By which day (2026-11-20)", Kind.DATE),
        Field("what", "What is to be done"),
        Field("wishes", "What the person harmed wishes, if known", empty=True),
    ),
)
CLOSE = Form(
    "close",
    Step.CASE_CLOSED,
    "Close a case, and say until when it is kept.",
    (
        Field("retention", "Kept until which day", Kind.DATE, offers=_kept_until),
        Field("summary", "How it ended, in a sentence"),
    ),
    moment="close",
)

GROUPS = {
    "advice": group_of("advice", "Record advice that was taken.", ADVICE),
    "approval": group_of("approval", "Record the Chair's approval.", APPROVAL),
    "police": group_of("police", "Record what was said to and by the police.", INFORM, PERMIT),
    "referral": group_of("referral", "Record a referral.", REFERRAL),
    "departure": group_of("departure", "Record a departure from the procedure.", DEPARTURE),
    "told": group_of("told", "Record that somebody was told.", TOLD),
    "filter": group_of("filter", "Record a change of the filter for a case.", FILTER),
    "entry": group_of("entry", "Correct an entry.", CORRECTION),
    "addition": group_of("addition", "Add something to a closed case.", ADDITION),
    "device": group_of("device", "Record that a device was put aside.", ISOLATION),
    "hold": group_of("hold", "Place or lift a hold.", PLACE_HOLD, LIFT_HOLD),
}
