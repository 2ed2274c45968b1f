"""The handover key: two sheets, tried with a test file, changed without touching what is kept."""

import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest

from counterseal.commands.asking import Asker
from counterseal.commands.desk import Desk
from counterseal.commands.handover_key import new_key
from counterseal.custody.facts import Step
from counterseal.errors import (
    IntegrityError,
    KeyringError,
    NotAllowedError,
    OutOfOrderError,
    UsageError,
    VaultError,
    WrongPassphraseError,
)
from counterseal.keys import passphrase_file, recipients
from counterseal.workflow import checks, handover_keys
from counterseal.workflow.checks import Grade
from unit.workflow.life import CASE, FOUR, HANDOVER, Life, at

WHEN = "2026-11-20T20:17:00Z"
OTHER = recipients.new_identity()


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return at(tmp_path, "collected", FOUR)


@pytest.fixture(scope="module")
def made() -> handover_keys.Made:
    return handover_keys.make(lambda size: bytes(range(size)))


def _graded(life: Life) -> tuple[Grade, str]:
    (item,) = [c for c in checks.check_record(life.record) if c.name == "handover-key"]
    return item.grade, item.what


def test_its_text_form_shows_no_secret(made: handover_keys.Made) -> None:
    shown = repr(made)
    assert made.recipient in shown
    assert not any(secret in shown for secret in (made.words, "AGE ENCRYPTED"))


def test_the_page_opens_as_well_as_the_file(made: handover_keys.Made, tmp_path: Path) -> None:
    path = tmp_path / "handover.age"
    page = handover_keys.write_sheet(path, made, "Hill View School", WHEN)
    assert page == tmp_path / "handover.txt"
    text = page.read_text()
    assert "Hill View School" in text
    assert made.recipient in text
    assert made.words not in text
    identity = handover_keys.open_sheet(path.read_text(), made.words)
    assert recipients.recipient_of(identity) == made.recipient
    assert handover_keys.open_sheet(text, made.words) == identity


@pytest.mark.parametrize(
    "typed",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n".join(f"   {line}  " for line in text.splitlines()),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text[text.index("-----BEGIN") :],
    ],
)
def test_a_page_as_somebody_typed_it(
    typed: object, made: handover_keys.Made, tmp_path: Path
) -> None:
    page = handover_keys.write_sheet(tmp_path / "handover.age", made, "Hill View", WHEN)
    text = typed(page.read_text())  # type: ignore[operator]
    words = f"  {made.words.upper()} "
    assert handover_keys.open_sheet(text, words).startswith("AGE-SECRET-KEY-1")


def test_a_passphrase_of_ones_own_is_taken_as_it_is() -> None:
    content = passphrase_file.encrypt(b"AGE-SECRET-KEY-1X", "Two  Blanks Here", bytes, log_n=12)
    assert handover_keys.open_sheet(content.decode(), "Two  Blanks Here") == "AGE-SECRET-KEY-1X"


@pytest.mark.parametrize("cut", ["-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE"])
def test_half_a_page_is_refused(cut: str, made: handover_keys.Made) -> None:
    text = made.armored.decode().replace(cut, "")
    with pytest.raises(UsageError, match="BEGIN or the END"):
        handover_keys.open_sheet(text, made.words)


def test_a_mistyped_letter_is_found(made: handover_keys.Made) -> None:
    lines = made.armored.decode().splitlines()
    lines[-2] = lines[-2][:3] + ("A" if lines[-2][3] != "A" else "B") + lines[-2][4:]
    with pytest.raises((IntegrityError, KeyringError)):
        handover_keys.open_sheet("\n".join(lines), made.words)


def test_other_words_do_not_open_it(made: handover_keys.Made) -> None:
    with pytest.raises(WrongPassphraseError, match="do not open that sheet"):
        handover_keys.open_sheet(made.armored.decode(), "six other words that are wrong")


def test_neither_sheet_opens_anything_alone(made: handover_keys.Made, life: Life) -> None:
    for alone in (made.words, made.armored.decode()):
        with pytest.raises(KeyringError):
            handover_keys.check_opens(life.record, alone)


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
def test_the_page_says_truly_how_age_opens_a_file(life: Life, tmp_path: Path) -> None:
    """The identity inside is what `age -d -i` wants, and it opens what the record holds."""
    key = tmp_path / "handover.key"
    key.write_text(HANDOVER + "\n")
    (name, *_more) = life.record.vault.files(f"exhibits/{CASE}")
    opened = subprocess.run(
        ["age", "-d", "-i", key, life.record.vault.path(name)], capture_output=True, check=True
    )
    assert opened.stdout == b"A letter"


@pytest.mark.parametrize("taken", ["handover.age", "handover.txt"])
def test_nothing_is_overwritten(taken: str, made: handover_keys.Made, tmp_path: Path) -> None:
    (tmp_path / taken).write_text("mine")
    with pytest.raises(UsageError, match="ever overwritten"):
        handover_keys.check_place(tmp_path / "handover.age")
    with pytest.raises(VaultError):
        handover_keys.write_sheet(tmp_path / "handover.age", made, "Hill View", WHEN)
    assert [path.name for path in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_text() == "mine"


def test_the_name_of_the_page_is_not_the_name_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the page to print"):
        handover_keys.check_place(tmp_path / "handover.txt")


def test_the_right_key_is_kept_as_tried(life: Life) -> None:
    assert _graded(life)[0] is Grade.WARN
    assert "never tried" in _graded(life)[1]
    handover_keys.check_opens(life.record, HANDOVER)
    life.keep(handover_keys.prepare_check(life.record), "ab", "ef")
    assert _graded(life)[0] is Grade.PASS
    life.around.clock.sleep(365 * 24 * 3600 - 60)
    assert _graded(life)[0] is Grade.PASS
    life.around.clock.sleep(24 * 3600)
    assert (_graded(life)[0], "more than a year ago" in _graded(life)[1]) == (Grade.WARN, True)
    assert life.findings() == []


def test_another_key_is_refused(life: Life) -> None:
    with pytest.raises(KeyringError, match="not the handover key in force") as error:
        handover_keys.check_opens(life.record, OTHER)
    assert life.record.state.handover in error.value.advice


def test_both_custodians_are_there(life: Life) -> None:
    prepared = handover_keys.prepare_check(life.record)
    with life.signing("ab") as one, pytest.raises(NotAllowedError):
        life.record.log.append(prepared.proposal, one, life.record.terms)


def test_after_a_change_new_files_open_with_the_new_key_and_old_ones_with_the_old(
    life: Life,
) -> None:
    handover_keys.check_opens(life.record, HANDOVER)
    life.keep(handover_keys.prepare_check(life.record), "ab", "cd")
    before = set(life.record.vault.files(f"details/{CASE}"))
    life.keep(handover_keys.prepare_change(recipients.recipient_of(OTHER)), "ab", "ef")
    assert life.record.state.handover_checked is None
    life.go_on()
    (new,) = set(life.record.vault.files(f"details/{CASE}")) - before
    read = life.record.vault.path
    assert recipients.decrypt(read(new).read_bytes(), OTHER)
    for name in before:
        assert recipients.decrypt(read(name).read_bytes(), HANDOVER)
        with pytest.raises(KeyringError):
            recipients.decrypt(read(name).read_bytes(), OTHER)
    with pytest.raises(KeyringError):
        recipients.decrypt(read(new).read_bytes(), HANDOVER)
    assert life.opens("ab", "cd")
    assert life.findings() == []


def test_the_same_key_again_is_no_change(life: Life) -> None:
    with pytest.raises(NotAllowedError, match="in force already"):
        life.keep(handover_keys.prepare_change(life.record.state.handover), "ab", "ef")


def test_a_key_elsewhere_is_tried_with_a_file(life: Life, tmp_path: Path) -> None:
    out = tmp_path / "test.age"
    handover_keys.write_test(life.record, out)
    text = recipients.decrypt(out.read_bytes(), HANDOVER).decode()
    words = text.strip().rpartition(": ")[2]
    assert len(words.split()) == 6
    kept = (life.record.vault.root / "handover-test.json").read_text()
    assert not any(word in kept for word in words.split())
    handover_keys.check_words(life.record, f" {words.title()}  ")
    with pytest.raises(UsageError, match="not the words"):
        handover_keys.check_words(life.record, " ".join(words.split()[:5]))


def test_the_words_of_an_older_file_do_not_count(life: Life, tmp_path: Path) -> None:
    handover_keys.write_test(life.record, tmp_path / "one.age")
    first = recipients.decrypt((tmp_path / "one.age").read_bytes(), HANDOVER).decode()
    handover_keys.write_test(life.record, tmp_path / "two.age")
    with pytest.raises(UsageError):
        handover_keys.check_words(life.record, first.strip().rpartition(": ")[2])


@pytest.mark.parametrize("damage", [None, b"", b"{}", b"\xff"])
def test_without_a_test_file_there_are_no_words(damage: bytes | None, life: Life) -> None:
    if damage is not None:
        (life.record.vault.root / "handover-test.json").write_bytes(damage)
    with pytest.raises(OutOfOrderError, match="No test file"):
        handover_keys.check_words(life.record, "any six words that you like")


def test_a_test_file_for_the_former_key_is_none(life: Life, tmp_path: Path) -> None:
    handover_keys.write_test(life.record, tmp_path / "test.age")
    life.keep(handover_keys.prepare_change(recipients.recipient_of(OTHER)), "ab", "ef")
    with pytest.raises(OutOfOrderError, match="No test file"):
        handover_keys.check_words(life.record, "any six words that you like")


def test_the_steps_stand_with_the_vault(life: Life) -> None:
    life.keep(handover_keys.prepare_check(life.record), "ab", "cd")
    last = life.record.log.entries("")[-1].entry
    assert (last.step, last.case) == (Step.HANDOVER_KEY_CHECKED, "")


@pytest.mark.parametrize("in_force", [True, False, None])
def test_a_sheet_goes_only_while_its_key_does_not_count(
    in_force: bool | None,  # noqa: FBT001  (one case of the table)
    life: Life,
    tmp_path: Path,
) -> None:
    """Where something fails afterwards, or nobody can tell, sheet 1 stays."""

    def says(_recipient: str) -> bool:
        if in_force is None:
            raise VaultError
        return in_force

    desk = Desk(as_json=False, around=life.around, asker=Asker(StringIO()))
    path = tmp_path / "new.age"

    def fail_while_signing() -> None:
        with new_key(desk, path, "Hill View School", says):
            raise WrongPassphraseError

    with pytest.raises(WrongPassphraseError):
        fail_while_signing()
    kept = in_force is not False
    assert (path.exists(), path.with_suffix(".txt").exists()) == (kept, kept)
