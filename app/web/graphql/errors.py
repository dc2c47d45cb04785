"""What keeps a request from getting a GraphQL response, and what is said instead.

Exception
├── Unauthenticated   401, or 4401 on a socket
├── Forbidden         403, or 4403 on a socket
├── Malformed         400, or 4400 on a socket
├── Refused           any other HTTP status
├── RequestError      a response with errors and no data
├── TooMany           429, or an error message on a socket
└── ClientGone        nobody is left to answer
"""

from collections.abc import Mapping, Sequence

from graphql import GraphQLError


class Unauthenticated(Exception):
    """Nobody is signed in, or the credentials are not good. Raised by make_context; the text is shown."""


class Forbidden(Exception):
    """Whoever is signed in may not use the graph at all. Raised by make_context; the text is shown."""


class Malformed(Exception):
    """The request is not a well-formed GraphQL request. The text is shown."""


class Refused(Exception):
    """An HTTP request that is answered with a status of its own. The text is shown."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}


class RequestError(Exception):
    """The document, its operation or its variables can't be executed."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = tuple(errors)


class TooMany(Exception):
    """A bound on simultaneous work is reached. The text is shown."""


class ClientGone(Exception):
    """The client hung up before it was answered."""
