"""Forms as browsers send them, bounded, and only from pages of ours."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from app.core.errors import Denied, Invalid
from app.web.graphql.origins import is_foreign

MOST_BYTES = 64 * 1024
MOST_FIELDS = 50
_OWN = {"same-origin", "none"}


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a posted form, the first of each name. Raises Denied for another site's, Invalid for no form."""
    if is_forged(request):
        raise Denied("This form was sent by a page of another site.")
    if (
        request.headers.get("content-type", "").partition(";")[0].strip()
        != "application/x-www-form-urlencoded"
    ):
        raise Invalid("form", "Send the form as application/x-www-form-urlencoded.")
    try:
        pairs = parse_qsl(
            (await read_body(request)).decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise Invalid("form", "The form can't be read.") from error
    # Nobody types it, and PostgreSQL takes none.
    if any("\0" in value for _, value in pairs):
        raise Invalid("form", "The form can't be read.")
    return dict(reversed(pairs))


def is_forged(request: Request) -> bool:
    """Whether a browser says that another site's page sent it (Fetch Metadata, and Origin where that is missing)."""
    site = request.headers.get("sec-fetch-site")
    return (site is not None and site not in _OWN) or is_foreign(request.headers, ())


async def read_body(request: Request) -> bytes:
    """Raises Invalid for one that is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Invalid("form", "What was sent is too long.")
    return bytes(body)
