"""A short secret for whoever holds the private key of an RSA certificate: CMS EnvelopedData.

For a receiver who has a certificate and no age key. `openssl cms -decrypt` opens it (RFC 5652;
`docs/format.md`, section 18).
"""

import hashlib
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from counterseal.clock import Instant
from counterseal.errors import KeyringError, UsageError

LEAST_BITS: Final = 2048


def read(pem: bytes, now: Instant) -> x509.Certificate:
    """Read a certificate that something can be encrypted to.

    Args:
        pem: The file, PEM.
        now: This moment.

    Raises:
        UsageError: No certificate, not one with an RSA key of 2,048 bits, or one out of date.
    """
    try:
        found = x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        what = "That file is not a certificate in PEM form."
        raise UsageError(what, advice="Ask the receiver for one; or use words instead.") from error
    key = found.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
        what = "That certificate has no RSA key of at least 2,048 bits."
        raise UsageError(what, advice="Ask the receiver for another; or use words instead.")
    day = now.utc_ms / 1000
    if not found.not_valid_before_utc.timestamp() <= day <= found.not_valid_after_utc.timestamp():
        what = "That certificate is out of date."
        raise UsageError(what, advice="Ask the receiver for a newer one; or use words instead.")
    return found


def name_of(certificate: x509.Certificate) -> str:
    """Return whose certificate it says it is; nothing here checks that."""
    return certificate.subject.rfc4514_string()


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Return the hex SHA-256 of the certificate, to be compared by telephone."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def encrypt(secret: bytes, certificate: x509.Certificate) -> bytes:
    """Encrypt a short secret to a certificate's key.

    Args:
        secret: The exact bytes.
        certificate: From `read`.

    Returns:
        CMS EnvelopedData, DER, with AES-256-CBC.

    Raises:
        KeyringError: The library refuses the certificate.
    """
    builder = PKCS7EnvelopeBuilder().set_data(secret).add_recipient(certificate)
    try:
        chosen = builder.set_content_encryption_algorithm(AES256)
        return chosen.encrypt(Encoding.DER, [PKCS7Options.Binary])
    except (TypeError, ValueError) as error:
        what = "That certificate cannot be used."
        raise KeyringError(what) from error
