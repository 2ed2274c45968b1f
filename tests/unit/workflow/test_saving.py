"""A page is saved: where the rules allow it, once both have seen all of it and both said "No"."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from counterseal import durable
from counterseal.commands import saving as command
from counterseal.commands.asking import Asker
from counterseal.commands.desk import Desk
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.errors import (
    AcquisitionError,
    InputEndedError,
    NoScreenError,
    NotAllowedError,
    OutOfOrderError,
    ProcedureError,
    StoppedError,
    UsageError,
)
from counterseal.evidence import screen
from counterseal.evidence.browser.stood import Layout, Stood
from counterseal.evidence.browser.trouble import PageChangedError, PageSilentError
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.triage import (
    Act,
    Answer,
    Clearance,
    ClearanceError,
    SafetyAnswer,
    assess,
)
from counterseal.keys import recipients
from counterseal.latch import Latch
from counterseal.policy import profile
from counterseal.workflow import saving
from counterseal.workflow.browsing.port import (
    ByHand,
    InView,
    InWindow,
    Seen,
    TakenPage,
)
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Draft, prepare
from fakes import FakeClock
from unit.workflow.life import CASE, HANDOVER, THREE, WORDS, Life, at

CONTENT = b"From: <Saved by a browser>\r\n\r\nThree blue lorries\r\n"
ABOUT: Mapping[str, str | list[str]] = {
    "address": "https://chat.example/9",
    "title": "A chat",
    "redirects": [],
    "taken": "2026-11-30T09:00:00Z",
}
STOOD = Stood(2, 7, "ad" * 32, Layout(800, 600, 0, 900, 800, 1500), whole=True, since=1_000)
PAGE = InWindow(2, "https://chat.example/9", "https://chat.example/9", "A chat")
PNG = b"\x89PNG of that chat"


@dataclass
class Browser(ByHand):
    """A watched browser that saves one page.

    Args:
        clock: Moves while it is saved.
        content: The page.
        takes: Seconds.
        latch: Is set meanwhile, where there is one.
        moves: Whether the page is another one once it is to be taken.
        blind: Whether no picture of it can be had.
        asked: Which forms were asked for, and "picture".
    """

    clock: FakeClock
    content: bytes = CONTENT
    takes: float = 1.0
    latch: Path | None = None
    moves: bool = False
    blind: bool = False
    asked: list[str] = field(default_factory=list)

    def stands(self, root: Path, *, whole: bool) -> InView | None:  # noqa: ARG002
        """Say what stands there."""
        assert whole, "they answer for what is further down as well"
        return InView(PAGE, STOOD)

    def page(self, root: Path, stood: Stood) -> TakenPage | None:  # noqa: ARG002
        """Take how it looks."""
        assert stood == STOOD
        self.asked.append("picture")
        if self.blind:
            raise PageSilentError
        return TakenPage(PNG, ABOUT)

    def save(self, root: Path, form: str, stood: Stood) -> TakenPage | None:  # noqa: ARG002
        """Save it."""
        assert stood == STOOD
        if self.moves:
            raise PageChangedError
        self.asked.append(form)
        self.clock.sleep(self.takes)
        if self.latch:
            self.latch.write_text("stop-button\n")
        return TakenPage(self.content, ABOUT)


def rules(save: str) -> profile.Profile:
    head = 'name = "ours"\ntitle = "Ours"\nversion = 1\nextends = "base"'
    return profile.resolve(f"[profile]\n{head}\n\n[browser]\nsave = {save}\n".encode())


def choose(life: Life, save: str) -> None:
    """Put rules in force that say this of saving."""
    policy = rules(save)
    durable.write_new(life.record.vault.profile(policy.sha256), policy.content)
    facts = {"sha256": policy.sha256, "size": len(policy.content)}
    life.keep(prepare(life.record, Draft(Step.PROFILE_ADOPTED, "", facts), ""), "ab", "cd")


def saves(folder: Path, save: str = '["mhtml", "text"]') -> tuple[Life, Browser]:
    life = at(folder, "collecting", THREE)
    if save:
        choose(life, save)
    clock = life.around.clock
    assert isinstance(clock, FakeClock)
    browser = Browser(clock)
    life.record.around = life.around = replace(life.around, browser=browser)
    return life, browser


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Life, Browser]:
    found = saves(tmp_path)
    monkeypatch.setenv("COUNTERSEAL_HOME", str(found[0].record.vault.root))
    return found


def clearance(life: Life, act: Act = Act.SAVE) -> Clearance:
    now = life.record.now()
    one, two = (SafetyAnswer(i, Answer.NO, Answer.NO, now) for i in ("ab", "cd"))
    outcome = assess(act, one, two)
    assert isinstance(outcome, Clearance)
    return outcome


@dataclass(slots=True)
class Heard(Desk):
    """A desk whose outcome is kept for the test."""

    told: list[tuple[Mapping[str, Any], list[str]]] = field(default_factory=list)

    def tell(self, data: Mapping[str, Any], lines: Sequence[str]) -> None:
        """Keep it."""
        self.told.append((data, list(lines)))


BOTH = [WORDS["ab"], WORDS["cd"]]
SCROLLED = ["yes", "yes"]
FOUR_NO = ["no"] * 4
KEEP = ["keep"] * 2


def run(
    life: Life, answers: Iterable[str], *, watched: bool = True, **given: object
) -> tuple[Mapping[str, Any], list[str]]:
    """Run the command to its end, or its refusal; return its outcome."""
    asker = Asker(io.StringIO("".join(f"{line}\n" for line in answers)))
    desk = Heard(as_json=False, around=life.around, asker=asker, seen=Seen(()) if watched else None)
    options = {
        "form": "mhtml",
        "what": "The whole page",
        "producer": None,
        "keep": None,
        "reason": None,
        "why": None,
    }
    several = {"scrolled": (), "answered": (), "safety": ()}
    command.save(desk, life.record, life.state, 1, {**options, **several, **given})
    return desk.told[0]


def last(life: Life) -> Entry:
    return life.record.log.entries(CASE)[-1].entry


def opened(life: Life, name: str, sha256: str, size: int) -> bytes:
    content = life.record.vault.read(name, Digest(sha256, size))
    return recipients.decrypt(content, HANDOVER)


@pytest.mark.parametrize(
    ("form", "media"), [("mhtml", "multipart/related"), ("text", "text/plain")]
)
def test_what_both_saw_to_its_end_is_kept_as_it_was_saved(
    school: tuple[Life, Browser], form: str, media: str
) -> None:
    life, browser = school
    answers = [*reversed(BOTH), *SCROLLED, *FOUR_NO, *KEEP]
    data, lines = run(life, answers, form=form, producer="cd")
    assert browser.asked == [form, "picture"]
    assert (data["exhibit"], data["kept"], data["page"]) == ("CD/1", True, None)
    assert "The saved page is not shown here again: only pictures are shown." in lines
    entry = last(life)
    assert entry.step is Step.PAGE_SAVED
    assert entry.facts["form"] == form
    assert entry.facts["age_ms"] == 1_000, "as old as they were when the page had come"
    assert [(p.id, p.present) for p in entry.people] == [("cd", True), ("ab", True)]
    (exhibit,), (details,) = entry.proposal.exhibits, entry.proposal.details
    assert opened(life, exhibit.name, exhibit.sha256, exhibit.size) == CONTENT
    written = json.loads(opened(life, details.name, details.sha256, details.size))
    assert [(each["ref"], each["media"]) for each in written["exhibits"]] == [("CD/1", media)]
    text = written["text"]
    assert (text["what"], text["scrolled"]) == ("The whole page", ["ab", "cd"])
    assert text["previewed"] == "no", "there is no window here, and it is practice"
    assert "address: https://chat.example/9" in text["page"]
    assert text["taken"].startswith("2026-11-30T09:00:00Z (")
    assert text["program"]
    assert text["addresses"] == ["192.0.2.30"]
    assert text["clock"] == "a time server keeps it, says this system: 15 ms off at most"
    assert "chat.example" not in str(entry.proposal.as_dict())
    assert [each.ref for each in life.state.exhibits][-1] == "CD/1"
    assert life.findings() == []


def test_options_answer_as_well(school: tuple[Life, Browser]) -> None:
    life, _ = school
    run(life, BOTH, scrolled=("AB", "cd "), safety=("ab=no", "cd=no"), keep=True)
    assert last(life).step is Step.PAGE_SAVED


def test_the_form_is_asked_where_nobody_said_it(school: tuple[Life, Browser]) -> None:
    life, browser = school
    run(life, ["text", *BOTH, *SCROLLED, *FOUR_NO, *KEEP], form=None)
    assert browser.asked == ["text", "picture"]


# ------------------------------------------------------------------ what the rules do not allow


@pytest.mark.parametrize("save", ["", "[]", '["text"]'])
@pytest.mark.parametrize("form", ["mhtml", None])
def test_what_the_school_did_not_choose_is_refused_before_anybody_is_asked(
    tmp_path: Path, save: str, form: str | None
) -> None:
    life, browser = saves(tmp_path, save)
    before = last(life).index
    asked = ["mhtml"] if save == '["text"]' and form is None else []
    with pytest.raises((NotAllowedError, UsageError)) as met:
        run(life, asked, form=form)
    assert "do not allow saving" in met.value.what or '"mhtml"' in met.value.what
    assert (last(life).index, browser.asked) == (before, [])


def test_a_gate_and_a_category_in_words_are_refused_before_anybody_is_asked(
    school: tuple[Life, Browser],
) -> None:
    life, browser = school
    told = {"officer": "", "reference": "", "when": "Now"}
    for step, facts, text, what in (
        (
            Step.CATEGORY_CHANGED,
            {"category": 4, "class": "PR", "modifiers": [], "gates": ["police"]},
            {"reasons": "Plain enough"},
            "until the police have been told",
        ),
        (Step.POLICE_INFORMED, {"way": "101", "wait": False}, told, "recorded in words"),
    ):
        draft = Draft(step, CASE, facts, dict(text))
        signers = ("ab", "cd") if step is Step.CATEGORY_CHANGED else ("ab",)
        life.keep(prepare(life.record, draft, life.state.recipient), *signers)
        with pytest.raises(ProcedureError, match=what):
            run(life, [])
    assert browser.asked == []


@pytest.mark.parametrize("seen", [True, False])
def test_without_a_watched_browser_it_is_refused(school: tuple[Life, Browser], seen: bool) -> None:  # noqa: FBT001
    """Also where it went away after it was last seen."""
    life, _ = school
    life.record.around = life.around = replace(life.around, browser=ByHand())
    answers = BOTH if seen else []
    before = last(life).index
    with pytest.raises(OutOfOrderError, match="No browser is watched") as met:
        run(life, answers, watched=seen)
    assert "Go on by hand" in met.value.advice
    assert last(life).index == before


# ------------------------------------------------------------------------------- what people say


@pytest.mark.parametrize("scrolled", [["no"], ["yes", "no"]])
def test_nobody_saves_what_one_of_them_has_not_seen(
    school: tuple[Life, Browser], scrolled: list[str]
) -> None:
    life, browser = school
    with pytest.raises(NotAllowedError, match="has not seen all of the page"):
        run(life, [*BOTH, *scrolled])
    assert browser.asked == []
    assert last(life).step is not Step.PAGE_SAVED


def test_one_cannot_scroll_for_another(school: tuple[Life, Browser]) -> None:
    life, browser = school
    with pytest.raises(InputEndedError, match="Carl Dent, did you scroll"):
        run(life, BOTH, scrolled=("ab", "ab"))
    with pytest.raises(UsageError, match="ef is named by --scrolled but does not sign"):
        run(life, BOTH, scrolled=("ab", "ef"))
    assert browser.asked == []


@pytest.mark.parametrize(
    "answers",
    [["yes"], ["not-sure"], ["no", "yes"], ["no", "no", "yes"], ["no", "no", "no", "not-sure"]],
)
def test_any_other_answer_than_no_stops_everything(
    school: tuple[Life, Browser], answers: list[str]
) -> None:
    life, browser = school
    with pytest.raises(StoppedError):
        run(life, [*BOTH, *SCROLLED, *answers])
    assert browser.asked == []
    record = life.reopen()
    assert record.vault.latch.stopped
    assert last(life).step is not Step.PAGE_SAVED


# ------------------------------------------------------------------------------------- clearance


@pytest.mark.parametrize("act", [act for act in Act if act is not Act.SAVE])
def test_a_clearance_for_another_act_does_not_save(school: tuple[Life, Browser], act: Act) -> None:
    life, browser = school
    with pytest.raises(ClearanceError):
        saving.take_page(life.record, clearance(life, act), "mhtml", STOOD)
    assert browser.asked == []


def test_a_clearance_saves_once(school: tuple[Life, Browser]) -> None:
    life, browser = school
    given = clearance(life)
    saving.take_page(life.record, given, "text", STOOD)
    with pytest.raises(ClearanceError):
        saving.take_page(life.record, given, "text", STOOD)
    assert browser.asked == ["text", "picture"]


def test_a_page_that_took_too_long_is_dropped(school: tuple[Life, Browser]) -> None:
    life, browser = school
    browser.takes = 20.0
    assert saving.take_page(life.record, clearance(life), "mhtml", STOOD).age_ms == 20_000
    browser.takes = 20.001
    with pytest.raises(ClearanceError, match="more than 20 seconds old"):
        saving.take_page(life.record, clearance(life), "mhtml", STOOD)


def test_a_page_without_words_is_refused(school: tuple[Life, Browser]) -> None:
    life, browser = school
    browser.content = b""
    with pytest.raises(AcquisitionError, match="shows no words"):
        saving.take_page(life.record, clearance(life), "text", STOOD)


def test_a_stop_while_it_is_saved_drops_it(school: tuple[Life, Browser]) -> None:
    life, browser = school
    browser.latch = life.record.vault.root / "STOPPED"
    with pytest.raises(StoppedError):
        saving.take_page(life.record, clearance(life), "mhtml", STOOD)


# ------------------------------------------------------------------------- what both look at first


def test_which_page_it_is_is_said_before_anybody_answers_for_it(
    school: tuple[Life, Browser], capsys: pytest.CaptureFixture[str]
) -> None:
    life, _ = school
    with pytest.raises(InputEndedError, match="did you scroll"):
        run(life, BOTH)
    assert "https://chat.example/9   \u201cA chat\u201d" in capsys.readouterr().err


def test_another_page_is_not_saved(school: tuple[Life, Browser]) -> None:
    life, browser = school
    browser.moves = True
    before = last(life).index
    with pytest.raises(PageChangedError) as met:
        run(life, [*BOTH, *SCROLLED, *FOUR_NO])
    assert met.value.what == "The page changed after you answered. Nothing was taken."
    assert met.value.kept == "Nothing was kept."
    assert "answer again" in met.value.advice
    assert (browser.asked, last(life).index) == ([], before)
    assert not life.record.vault.latch.stopped


def test_a_page_that_cannot_be_shown_is_not_saved(school: tuple[Life, Browser]) -> None:
    life, browser = school
    browser.blind = True
    before = last(life).index
    with pytest.raises(PageSilentError):
        run(life, [*BOTH, *SCROLLED, *FOUR_NO, *KEEP])
    assert last(life).index == before


def test_both_look_at_how_it_looked(
    school: tuple[Life, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    life, _ = school
    shown: list[tuple[bytes, str]] = []

    @contextmanager
    def show(png: bytes, *, caption: str, latch: Latch) -> Iterator[screen.Preview]:
        latch.check()
        shown.append((png, caption))
        yield screen.Preview()

    monkeypatch.setattr(screen, "show", show)
    run(life, [*BOTH, *SCROLLED, *FOUR_NO, *KEEP])
    assert shown == [(PNG, command.CAPTION)]
    assert "also what is further down" in command.CAPTION
    (details,) = last(life).proposal.details
    written = json.loads(opened(life, details.name, details.sha256, details.size))
    assert written["text"]["previewed"] == "yes"


def test_a_real_record_keeps_no_page_that_cannot_be_shown(
    school: tuple[Life, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    life, _ = school
    before = last(life).index
    real: list[int] = []  # from when on, since a key of practice opens in no other record
    monkeypatch.setattr(Record, "practice", property(lambda _: not real))

    def show(*_: object, **__: object) -> NoReturn:
        real.append(1)
        raise NoScreenError

    monkeypatch.setattr(screen, "show", show)
    with pytest.raises(NoScreenError):
        run(life, [*BOTH, *SCROLLED, *FOUR_NO, *KEEP])
    with pytest.raises(UsageError, match="before looking"):
        run(life, [], keep=True)
    assert last(life).index == before


@pytest.mark.parametrize("words", [["do-not-keep"], ["keep", "do-not-keep"]])
def test_one_of_them_is_enough_not_to_keep_it(
    school: tuple[Life, Browser], words: list[str]
) -> None:
    life, _ = school
    why = ["described-instead", "It is in the note"]
    data, _ = run(life, [*BOTH, *SCROLLED, *FOUR_NO, *words, *why])
    assert data["kept"] is False
    entry = last(life)
    assert entry.step is Step.EXHIBIT_DECLINED
    assert (entry.facts["reason"], entry.facts["seen"]) == ("described-instead", True)
    assert entry.proposal.exhibits == ()
    assert life.findings() == []


@pytest.mark.parametrize("words", [["stop"], ["do-not-keep", "because-of-what-it-showed"]])
def test_what_it_showed_stops_everything(school: tuple[Life, Browser], words: list[str]) -> None:
    life, _ = school
    with pytest.raises(StoppedError):
        run(life, [*BOTH, *SCROLLED, *FOUR_NO, *words])
    assert life.reopen().vault.latch.stopped
