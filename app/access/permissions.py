"""What a viewer may be allowed to do."""

from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase


class Permission(StrEnum):
    """Named `what:to do`; roles hold them one by one or as patterns: `library:*`, `*`."""

    # What a stranger may do: sign in, ask for a new password.
    SIGN_IN = "session:begin"
    SELF_READ = "self:read"
    SELF_UPDATE = "self:update"

    MOVIE_LIST = "movie:list"
    MOVIE_GET = "movie:get"
    SERIES_LIST = "series:list"
    SERIES_GET = "series:get"
    COLLECTION_LIST = "collection:list"
    COLLECTION_GET = "collection:get"
    PERSON_LIST = "person:list"
    PERSON_GET = "person:get"
    TERM_LIST = "term:list"
    LIBRARY_LIST = "library:list"
    LIBRARY_GET = "library:get"
    LIBRARY_SCAN = "library:scan"
    LIBRARY_MANAGE = "library:manage"
    FILE_GET = "file:get"
    # Where files lie on the server's disks.
    FILE_PATHS = "file:paths"
    CONTENT_MODERATE = "content:moderate"
    HISTORY_SELF = "history:self"
    REQUEST_CREATE = "requests:create"
    REQUEST_READ = "requests:read"
    REQUEST_DECIDE = "requests:decide"
    USER_READ = "users:read"
    USER_UPDATE = "users:update"
    USER_MANAGE = "users:manage"
    ROLE_READ = "roles:read"
    ROLE_MANAGE = "roles:manage"
    ACCESS_MANAGE = "access:manage"
    AUDIT_READ = "audit:read"
    SETTINGS_READ = "settings:read"
    SETTINGS_UPDATE = "settings:update"
    SECURITY_MANAGE = "security:manage"
    SECRETS_MANAGE = "secrets:manage"


ALL = frozenset(Permission)


def expand(patterns: Iterable[str]) -> frozenset[Permission]:
    """The permissions that names and patterns stand for; those that this version does not know are left out."""
    wanted = tuple(patterns)
    return frozenset(each for each in Permission if any(fnmatchcase(each, pattern) for pattern in wanted))
