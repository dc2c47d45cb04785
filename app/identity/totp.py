"""Authenticator apps: time-based one-time passwords (RFC 6238; SHA-1, six digits, 30 seconds)."""

from datetime import datetime
from hmac import compare_digest
from typing import NamedTuple
from urllib.parse import quote

import segno
from pyotp import random_base32
from pyotp.totp import TOTP

STEP_S = 30
# 160 bits, as RFC 4226 advises; base32 holds five in a letter.
SECRET_LETTERS = 32
# One step to either side, for clocks that are off and for people who type.
DRIFT_STEPS = 1


class Enrolment(NamedTuple):
    """What an authenticator app needs to know. uri: `otpauth://totp/...`, as a QR code shows it."""

    secret: str
    uri: str


def enrolment(issuer: str, account: str) -> Enrolment:
    """A new secret. issuer, account: what the app lists it as."""
    return enrolment_of(issuer, account, random_base32(SECRET_LETTERS))


def enrolment_of(issuer: str, account: str, secret: str) -> Enrolment:
    """The same of a secret that there is."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    return Enrolment(secret, f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}")


def step_of(secret: str, code: str, now: datetime, after_step: int) -> int | None:
    """The step of time that a code is of; None for a wrong code, and for one of a step that was used before.

    Spaces within are left out, as apps show them.
    """
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdecimal():
        return None
    current = int(now.timestamp()) // STEP_S
    generator = TOTP(secret)
    found = None
    # Each is compared, so that how long it takes tells nothing.
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        is_right = compare_digest(digits, generator.generate_otp(step))
        if is_right and step > after_step:
            found = step
    return found


def qr_svg(uri: str) -> str:
    """The QR code of an enrolment as an SVG document, dark on white whatever it is shown on."""
    return _qr(uri).svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True)


def qr_png(uri: str) -> str:
    """The same as a PNG image in a `data:` address."""
    return _qr(uri).png_data_uri(scale=4, border=4)


def _qr(uri: str) -> segno.QRCode:
    return segno.make(uri, error="m", micro=False)
