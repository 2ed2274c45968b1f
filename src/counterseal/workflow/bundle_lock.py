"""To whom a bundle is sealed: given keys, six words, a certificate."""

from dataclasses import dataclass, field

from counterseal.errors import UsageError
from counterseal.handover import seal
from counterseal.keys import passphrase, passphrase_file, recipients
from counterseal.workflow.record import Record


@dataclass(frozen=True, slots=True)
class Sealing:
    """To whom a bundle is sealed.

    Args:
        to: age recipients that were given.
        words: Whether six words open it.
        certificate: A certificate, PEM, whose key opens it; empty where there is none.
    """

    to: tuple[str, ...] = ()
    words: bool = False
    certificate: bytes = b""


@dataclass(frozen=True, slots=True)
class Lock:
    """The keys of one bundle, in memory, made before anybody signs.

    Args:
        recipients: Everybody that the bundle is encrypted to.
        words: The six words; "" where none were asked for.
        files: Key files that go beside the bundle, by name.
        holder: Whose certificate it is, with its fingerprint; empty where there is none.
        sealing: What was asked for.
    """

    recipients: tuple[str, ...]
    words: str = field(repr=False)
    files: dict[str, bytes]
    holder: tuple[str, ...]
    sealing: Sealing


def make_lock(record: Record, sealing: Sealing) -> Lock:
    """Make a one-time key where words or a certificate are to open the bundle.

    Raises:
        UsageError: Nobody could open it, or a recipient or certificate cannot be used.
    """
    for recipient in sealing.to:
        recipients.check_recipient(recipient)
    if len(set(sealing.to)) != len(sealing.to):
        what = "One recipient is named twice."
        raise UsageError(what)
    if not (sealing.to or sealing.words or sealing.certificate):
        what = "Nobody was named who could open the bundle."
        raise UsageError(what, advice="Give --to, --to-words or --to-cert.")
    files: dict[str, bytes] = {}
    to, words = sealing.to, ""
    holder: tuple[str, ...] = ()
    if sealing.words or sealing.certificate:
        identity = recipients.new_identity()
        to, secret = (*to, recipients.recipient_of(identity)), f"{identity}\n".encode()
        if sealing.certificate:
            holder = _to_certificate(record, sealing.certificate, secret, files)
        if sealing.words:
            words = passphrase.suggest(record.around.random)
            files[seal.WORDS] = passphrase_file.encrypt(secret, words, record.around.random)
    return Lock(to, words, files, holder, sealing)


def _to_certificate(
    record: Record, pem: bytes, secret: bytes, files: dict[str, bytes]
) -> tuple[str, ...]:
    from counterseal.keys import certificate  # noqa: PLC0415  (start-up time)

    found = certificate.read(pem, record.now())
    files[seal.CERTIFICATE] = certificate.encrypt(secret, found)
    return certificate.name_of(found), certificate.fingerprint_of(found)
