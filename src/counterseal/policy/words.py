"""The closed sets of words that a profile may hold. Pure data.

Those that facts hold too stand in `custody/words.py` as well, because `policy` may not import what
stands above it; a test compares the two.
"""

SUBJECTS = ("pupil", "staff", "other", "unknown")
ADVISERS = (
    "headteacher",
    "dsl",
    "local-authority",
    "social-care",
    "human-resources",
    "police",
    "governors",
    "other",
)
ENROLLED_ADVISERS = {
    "headteacher": frozenset({"headteacher"}),
    "dsl": frozenset({"dsl"}),
    "governors": frozenset({"chair", "governor"}),
}
"""Advisers who are people of the school, with the roles that they hold."""
CONSULTED = ("audit", "human-resources", "it")
GROUNDS = ("crime", "unauthorised-use")
PURPOSES = ("safeguarding", "unauthorised-use", "crime", "standards", "system-security")
OUTCOMES = ("police", "internal", "local-authority")
KEPT_FOR = (*OUTCOMES, "no-substance")
"""Outcomes that a period of retention is given for."""

SAVED_AS = ("mhtml", "text")
"""The forms in which a page can be saved: whole with its pictures, or the words that it shows."""

ROLES = ("dsl", "headteacher", "chair", "esafety", "investigator", "slt", "governor")
WHO = (
    "chair",
    "data-protection-officer",
    "deputy-dsl",
    "dsl",
    "esafety",
    "governors",
    "headteacher",
    "human-resources",
    "line-manager",
    "local-authority",
    "parents",
    "pastoral",
    "police",
    "senior-leader",
    "social-care",
    "technical-support",
    "trust",
)
"""Whoever may be told of a case."""
LABELLED = tuple(sorted({*ROLES, *WHO}))
WHEN = ("soon", "same-day", "at-once")
"""From the latest to the soonest."""
MOMENTS = (
    "report",
    "triage",
    "authorise",
    "concern",
    "picture",
    "device",
    "judge",
    "close",
    "handover",
)

PUPIL_ACTIONS = (
    "tutor",
    "pastoral-team",
    "senior-leader",
    "police",
    "technical-support",
    "parents-told",
    "access-removed",
    "warning",
    "further-sanction",
)
STAFF_ACTIONS = (
    "line-manager",
    "headteacher",
    "local-authority-hr",
    "police",
    "technical-support",
    "warning",
    "suspension",
    "disciplinary",
)
STANDINGS = ("", "acceptable", "at-times", "nominated", "unacceptable", "illegal")
"""How a use is judged; nothing where the school has not said."""
