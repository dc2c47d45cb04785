"""Who is asking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.access.permissions import ALL, WITH_ALL_IN_VIEW, Permission
from app.access.rule import EVERYTHING, NOTHING, Access
from app.activity.actor import MARQUEE, Actor
from app.core.errors import Denied


@dataclass(frozen=True, slots=True)
class Viewer:
    """The one on whose behalf something is read or done. Without anything told: a stranger, who may do nothing.

    languages: what texts are wanted in, best first, as BCP 47 tags in lower case (`de`, `pt-br`); a work's original
    texts stand in where none of them is there.
    title_languages: those in whose order titles can be listed, in lower case.
    access: which works exist for the viewer.
    session_id: of the session by which they came, if by one.
    proved_at: when they last showed who they are, by password, passkey or code; None by API token.
    must_enrol: whether they may do so little since they have to set up a second factor first.
    """

    languages: tuple[str, ...] = ()
    permissions: frozenset[Permission] = frozenset()
    access: Access = NOTHING
    actor: Actor = MARQUEE
    session_id: UUID | None = None
    proved_at: datetime | None = None
    must_enrol: bool = False
    title_languages: frozenset[str] = frozenset()

    @property
    def sort_language(self) -> str | None:
        """In whose order titles are listed; None for that of works' own titles."""
        return next((each for each in self.languages if each in self.title_languages), None)

    @property
    def user_id(self) -> UUID | None:
        return self.actor.user_id

    def speaking(self, languages: tuple[str, ...], title_languages: frozenset[str]) -> "Viewer":
        """The same who wants texts in these languages. For each request: dataclasses' own way takes twice as long."""
        return Viewer(
            languages,
            self.permissions,
            self.access,
            self.actor,
            self.session_id,
            self.proved_at,
            self.must_enrol,
            title_languages,
        )

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def must(self, permission: Permission) -> None:
        """Raises Denied."""
        if permission not in self.permissions and self.must_enrol:
            raise Denied("Set up a second factor first.")
        if permission not in self.permissions:
            raise Denied(f"That needs the permission {permission}.")

    def must_change(self, permission: Permission) -> None:
        """What `must` asks for, and of those who change the catalog, or who sees what of it, that they see it all.

        A change of what is seen may touch what is not: a title that is taken, an id that another work has. And nobody
        lifts their own bounds. Raises Denied.
        """
        self.must(permission)
        if permission in WITH_ALL_IN_VIEW and self.access != EVERYTHING:
            raise Denied("That is for those who see all of the catalog.")


def marquee(languages: Sequence[str] = ()) -> Viewer:
    """Marquee itself, to whom nothing is hidden: jobs and the command line."""
    return Viewer(tuple(languages), ALL, EVERYTHING)
