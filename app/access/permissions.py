"""What a viewer may be allowed to do."""

from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase


class Permission(StrEnum):
    """Named `what:to do`; roles hold them one by one or as patterns: `library:*`, `*`. MEANINGS tells of each."""

    SIGN_IN = "session:begin"
    SELF_READ = "self:read"
    SELF_UPDATE = "self:update"

    NODE_GET = "node:get"
    CATALOG_LIST = "catalog:list"
    CATALOG_WATCH = "catalog:watch"
    MOVIE_LIST = "movie:list"
    MOVIE_GET = "movie:get"
    SERIES_LIST = "series:list"
    SERIES_GET = "series:get"
    COLLECTION_LIST = "collection:list"
    COLLECTION_GET = "collection:get"
    PERSON_LIST = "person:list"
    PERSON_GET = "person:get"
    TERM_LIST = "term:list"
    TERM_GET = "term:get"
    LIBRARY_LIST = "library:list"
    LIBRARY_GET = "library:get"
    LIBRARY_SCAN = "library:scan"
    LIBRARY_MANAGE = "library:manage"
    FILE_GET = "file:get"
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
    METRICS_READ = "metrics:read"
    SETTINGS_READ = "settings:read"
    SETTINGS_UPDATE = "settings:update"
    SECURITY_MANAGE = "security:manage"
    SECRETS_MANAGE = "secrets:manage"


MEANINGS: dict[Permission, str] = {
    Permission.SIGN_IN: "Sign in, register, and ask for a new password; everybody may, strangers too.",
    Permission.SELF_READ: "See one's own account: name, roles, permissions, limits, devices.",
    Permission.SELF_UPDATE: "Change one's own account: name, e-mail, password, second factors, devices.",
    Permission.NODE_GET: "Find something again by its id; what it is needs a permission of its own, too.",
    Permission.CATALOG_LIST: "List works of all kinds at once: what was added lately.",
    Permission.CATALOG_WATCH: "Be told at once of works that are added, changed or removed.",
    Permission.MOVIE_LIST: "List and search films.",
    Permission.MOVIE_GET: "See a film, its editions and extras.",
    Permission.SERIES_LIST: "List and search series and episodes.",
    Permission.SERIES_GET: "See a series, its seasons and episodes.",
    Permission.COLLECTION_LIST: "List and search collections.",
    Permission.COLLECTION_GET: "See a collection.",
    Permission.PERSON_LIST: "List and search people.",
    Permission.PERSON_GET: "See a person.",
    Permission.TERM_LIST: "List genres, studios, networks and keywords.",
    Permission.TERM_GET: "See a genre, a studio, a network or a keyword.",
    Permission.LIBRARY_LIST: "List libraries, and be told at once when one changes.",
    Permission.LIBRARY_GET: "See a library, its scans and its problems.",
    Permission.LIBRARY_SCAN: "Have libraries scanned, and stop scans.",
    Permission.LIBRARY_MANAGE: "Make, change and delete libraries, and let a scan forget many files.",
    Permission.FILE_GET: "See a file and what is in it.",
    Permission.FILE_PATHS: "See where files and folders lie on the server's disks; others see their names.",
    Permission.CONTENT_MODERATE: "Correct what files are taken for, and what is said of works; see the journal of it.",
    Permission.HISTORY_SELF: "Have a history of what one watched.",
    Permission.REQUEST_CREATE: "Ask for works that are missing.",
    Permission.REQUEST_READ: "See what others ask for.",
    Permission.REQUEST_DECIDE: "Decide about what others ask for.",
    Permission.USER_READ: "See who has an account.",
    Permission.USER_UPDATE: "Change others' names, e-mail addresses and languages.",
    Permission.USER_MANAGE: "Make, disable and delete accounts, give them roles, and invite people.",
    Permission.ROLE_READ: "See the roles and what they give.",
    Permission.ROLE_MANAGE: "Make, change and delete roles.",
    Permission.ACCESS_MANAGE: "Say which works exist for whom: libraries, ages, tags, times.",
    Permission.AUDIT_READ: "Read the activity log.",
    Permission.METRICS_READ: "Read what the server counts, at `/metrics`.",
    Permission.SETTINGS_READ: "See the server's settings.",
    Permission.SETTINGS_UPDATE: "Change the server's settings.",
    Permission.SECURITY_MANAGE: "Unlock accounts, end others' sessions, say which networks may come in.",
    Permission.SECRETS_MANAGE: "Keep the secrets of outside services, and change their keys.",
}

ALL = frozenset(Permission)
# By which the catalog is changed, or who sees what of it: nothing for those who don't see all of it.
WITH_ALL_IN_VIEW = frozenset(
    {
        Permission.CONTENT_MODERATE,
        Permission.LIBRARY_SCAN,
        Permission.LIBRARY_MANAGE,
        Permission.ACCESS_MANAGE,
        Permission.ROLE_MANAGE,
        Permission.USER_MANAGE,
    }
)
# What those may do who have not signed in.
STRANGERS = frozenset({Permission.SIGN_IN})


def expand(patterns: Iterable[str]) -> frozenset[Permission]:
    """The permissions that names and patterns stand for; those that this version does not know are left out."""
    wanted = tuple(patterns)
    return frozenset(each for each in Permission if any(fnmatchcase(each, pattern) for pattern in wanted))
