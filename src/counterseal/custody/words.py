"""The closed sets of words that facts may hold. Pure data; each word is stable for ever.

A word may be added. One that was ever written to a log is never renamed and never given another
meaning. Words that a school's rules use as well stand in `policy/words.py`.
"""

from counterseal.policy.words import (
    ADVISERS,
    GROUNDS,
    PUPIL_ACTIONS,
    PURPOSES,
    SAVED_AS,
    STAFF_ACTIONS,
    SUBJECTS,
    WHO,
)

__all__ = [
    "ADVISERS",
    "GROUNDS",
    "PUPIL_ACTIONS",
    "PURPOSES",
    "SAVED_AS",
    "STAFF_ACTIONS",
    "SUBJECTS",
    "WHO",
]

SOURCES = ("staff", "pupil", "parent", "monitoring", "spot-check", "other")
CLASSES = ("C", "SA", "PR", "NC", "HS")
MODIFIERS = ("head", "dsl", "investigator", "child-at-risk", "private", "personal-device", "repeat")
GATES = ("advice", "approval", "police", "permission")
DECLINED = ("not-needed", "described-instead", "unclear")
MEDIA = ("image/png", "image/jpeg", "image/gif", "application/pdf", "text/plain", "other")
BACKENDS = ("pillow-x11", "pyautogui", "pillow-windows", "mss", "headless-browser", "practice-card")
TRIGGERS = (
    "stop-command",
    "stop-button",
    "safety-answer",
    "category",
    "declined",
    "judgement",
    "latch-found",
    "hot-key",
)
STOP_KINDS = ("hs", "nc", "not-sure", "unanswered")
"""What somebody said it was; "unanswered" where nobody said, and a day went by."""
STOP_STANCES = ("present", "not-present", "refused")
CALLED = (
    "999",
    "police",
    "dsl",
    "headteacher",
    "chair",
    "local-authority",
    "social-care",
    "support",
    "other",
)
MACHINE_SOURCES = ("machine-id", "platform-uuid", "machine-guid", "network")

ADVICE = ("go-on", "wait", "leave-it")
CONSULTED = ("audit", "human-resources", "it")
POLICE_WAYS = ("999", "101", "liaison-officer", "online", "in-person")
POLICE_SCOPES = ("everything", "public-only")
DECISIONS = ("yes", "no", "not-agreed", "needs-advice")
OUTCOMES = ("police", "internal", "local-authority")
ACTIONS = tuple(sorted({*PUPIL_ACTIONS, *STAFF_ACTIONS, "support-given", "removal-asked", "other"}))
REFERRED_TO = (
    "police",
    "local-authority",
    "social-care",
    "data-protection-officer",
    "governors",
    "human-resources",
    "other",
)
TOLD_ABOUT = ("case", "departure")
TOLD_WAYS = ("in-person", "phone", "letter", "other")
FILTER_CHANGES = ("opened", "closed", "other")
DEVICES = ("computer", "laptop", "phone", "tablet", "storage", "other")
POWER = ("on", "off", "asleep", "unknown")
WAIVABLE = (
    "parents-told",
    "users-told",
    "support-offered",
    "removal-after-capture",
    "closing-in-time",
    "kept-long-enough",
    "people-told",
    "session-summary",
)
"""The only rules that can be departed from, with a reason. Never on this list: two signatures, a
stop, the safety question, a conflict of interest, the designated computer, approval."""
RECEIVERS = ("police", "local-authority", "social-care", "legal-adviser", "other")
BUNDLES = ("full", "record-only")
CARRIERS = ("usb-stick", "disc", "secure-transfer", "computer", "paper", "other")
IDENTITY_CHECKS = ("warrant-card", "called-back", "known-in-person", "secure-service", "other")
HOLD_REASONS = ("police", "legal", "complaint", "review", "other")
DISPOSAL_REASONS = ("retention-over", "police-advice")
