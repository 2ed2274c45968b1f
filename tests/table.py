"""The step table once more, told from the procedure's text: where, while paused, who was there."""

from counterseal.custody.facts import Step
from counterseal.custody.rules import OF_THE_VAULT
from counterseal.custody.state import Stage

LETTERS = dict(zip("nrtaodjicx", Stage, strict=True))
"""new, reported, triaged, authorised, cOllecting, collecteD, judged, actIng, closed, stopped."""

STAGES = {
    Step.CASE_REPORTED: "n",
    Step.CASE_TRIAGED: "r",
    Step.CASE_AUTHORISED: "t",
    Step.ASSENT_GIVEN: "rtaodji",
    Step.CATEGORY_CHANGED: "taodji",
    Step.ADVICE_RECORDED: "taodji",
    Step.APPROVAL_RECORDED: "taodji",
    Step.POLICE_INFORMED: "rtaodjic",
    Step.POLICE_PERMITTED: "taodji",
    Step.SESSION_OPENED: "adji",
    Step.SESSION_PAUSED: "o",
    Step.VISIT_RECORDED: "o",
    Step.BROWSER_CLEARED: "c",
    Step.SESSION_RESUMED: "o",
    Step.SESSION_CLOSED: "o",
    Step.CONCERN_RECORDED: "o",
    Step.EXHIBIT_CAPTURED: "o",
    Step.EXHIBIT_SUPPLIED: "o",
    Step.PAGE_SAVED: "o",
    Step.EXHIBIT_DECLINED: "o",
    Step.EXHIBIT_VIEWED: "o",
    Step.JUDGEMENT_MADE: "tdj",
    Step.ACTION_RECORDED: "ji",
    Step.CASE_CLOSED: "ji",
    Step.DISPOSAL_RECORDED: "cx",
    Step.ADDITION_RECORDED: "c",
    Step.NOTE_ADDED: "taodji",
    Step.REFERRAL_RECORDED: "taodji",
    Step.PERSON_TOLD: "rtaodjic",
    Step.FILTER_CHANGED: "taodji",
    Step.DEVICE_ISOLATED: "taodjix",
    Step.DEPARTURE_RECORDED: "taodji",
    Step.ENTRY_CORRECTED: "taodjic",
    Step.HOLD_PLACED: "taodjicx",
    Step.HOLD_LIFTED: "taodjicx",
    Step.INVESTIGATOR_REPLACED: "taodjic",
    Step.REVIEW_SIGNED: "rtaodjicx",
    Step.CASE_STOPPED: "nrtaodjic",
    Step.EXPORT_OPENED: "dji",
    Step.BUNDLE_MADE: "djix",
    Step.HANDOVER_RECORDED: "djix",
    Step.LOCK_LIFTED: "nrtaodjic",
    Step.RECORD_OPENED: "x",
    Step.CALL_RECORDED: "x",
    Step.STOP_COUNTERSIGNED: "x",
    Step.COMPUTER_RELEASED: "x",
    **dict.fromkeys(OF_THE_VAULT, "n"),
}
WHILE_PAUSED = {
    Step.SESSION_RESUMED, Step.SESSION_CLOSED, Step.CASE_STOPPED, Step.ASSENT_GIVEN,
    Step.CATEGORY_CHANGED, Step.ADVICE_RECORDED, Step.APPROVAL_RECORDED, Step.POLICE_INFORMED,
    Step.POLICE_PERMITTED, Step.REFERRAL_RECORDED, Step.DEVICE_ISOLATED, Step.DEPARTURE_RECORDED,
    Step.ENTRY_CORRECTED, Step.HOLD_PLACED, Step.HOLD_LIFTED, Step.INVESTIGATOR_REPLACED,
    Step.VISIT_RECORDED, Step.REVIEW_SIGNED, Step.LOCK_LIFTED, Step.PERSON_TOLD,
    Step.FILTER_CHANGED,
}  # fmt: skip
BOTH_PRESENT = {
    Step.SESSION_OPENED, Step.SESSION_RESUMED, Step.SESSION_CLOSED, Step.EXHIBIT_CAPTURED,
    Step.EXHIBIT_SUPPLIED, Step.JUDGEMENT_MADE, Step.DISPOSAL_RECORDED, Step.COMPUTER_CHANGED,
    Step.HANDOVER_KEY_CHECKED, Step.HANDOVER_KEY_CHANGED, Step.LOCK_LIFTED,
    Step.EXPORT_OPENED, Step.PAGE_SAVED,
}  # fmt: skip
