"""SMTP: one letter over one connection, and what it means when that fails."""

import asyncio
import contextlib
import ssl
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from app.mail.addresses import address
from app.mail.settings import Security, Server

CONNECT_S = 20.0
COMMAND_S = 30.0
# Servers that look into letters take their time, and who hangs up meanwhile sends it twice.
LETTER_S = 120.0
# For all of it: less than a letter's claim lasts.
TOTAL_S = 180.0
MOST_SAID = 500
# RFC 4954: the server wants a sign-in, which is ours to mend and no fault of the letter's.
OF_SIGN_IN = frozenset({530, 534, 535, 538})


class NotSent(Exception):
    """Why a letter was not taken, as the server said it. is_final: whether trying again is of no use."""

    def __init__(self, why: str, *, is_final: bool) -> None:
        super().__init__(" ".join(why.split())[:MOST_SAID])
        self.is_final = is_final


async def hand_over(server: Server, message: EmailMessage) -> str:
    """Give a letter to the mail server, whose words at the end come back. Raises NotSent."""
    _check_password_is_safe(server)
    smtp = SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=_our_name(server.public_url),
        timeout=COMMAND_S,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        tls_context=await asyncio.to_thread(_tls),
    )
    try:
        async with asyncio.timeout(TOTAL_S):
            return await _converse(smtp, server, message)
    except TimeoutError as error:
        why = str(error) if isinstance(error, SMTPTimeoutError) else ""
        raise NotSent(why or f"The mail server took more than {TOTAL_S:g} s.", is_final=False) from error
    except (SMTPException, OSError) as error:
        raise _not_sent(error) from error
    finally:
        smtp.close()


async def _converse(smtp: SMTP, server: Server, message: EmailMessage) -> str:
    await smtp.connect(timeout=CONNECT_S)
    if server.username:
        await smtp.login(server.username, server.password or "")
    sender, to = str(address(server.from_address)), message["To"].addresses[0].addr_spec
    options = [] if (sender + to).isascii() else ["SMTPUTF8"]
    _, said = await smtp.sendmail(sender, [to], message.as_bytes(), mail_options=options, timeout=LETTER_S)
    # It has the letter: what comes after that is no reason to send it again.
    with contextlib.suppress(SMTPException, OSError):
        await smtp.quit()
    return said[:MOST_SAID]


def _tls() -> ssl.SSLContext:
    """Trusts whom this machine trusts, and whom SSL_CERT_FILE names; reads files."""
    return ssl.create_default_context()


def _check_password_is_safe(server: Server) -> None:
    if server.username and server.security is Security.NONE and not _is_this_machine(server.host):
        raise NotSent("No password is sent without encryption: set mail_security.", is_final=False)


def _our_name(public_url: str) -> str:
    """By which we greet; an address as a literal (RFC 5321 §4.1.3)."""
    host = urlsplit(public_url).hostname or "localhost"
    try:
        found = ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{found}]" if found.version == 6 else f"[{found}]"


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _not_sent(error: Exception) -> NotSent:
    match error:
        case SMTPRecipientsRefused():
            return _of_letter(error.recipients[0])
        case SMTPSenderRefused() | SMTPDataError():
            return _of_letter(error)
        case SMTPNotSupported():
            return NotSent("The mail server takes no addresses beyond ASCII.", is_final=True)
        case SMTPServerDisconnected():
            return NotSent(f"The mail server broke off: {error.message}", is_final=False)
        case SMTPResponseException():
            return NotSent(f"{error.code} {error.message}", is_final=False)
        case _:
            return NotSent(str(error) or type(error).__name__, is_final=False)


def _of_letter(error: SMTPResponseException) -> NotSent:
    """What was said of the letter rather than of us: a 5xx is the last word (RFC 5321 §4.2.1)."""
    is_final = error.code >= 500 and error.code not in OF_SIGN_IN
    return NotSent(f"{error.code} {error.message}", is_final=is_final)
