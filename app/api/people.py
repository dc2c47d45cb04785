"""People in the graph; what they did is added by the works' modules."""

from datetime import date
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.permissions import Permission
from app.api import works
from app.api.context import Info
from app.api.edge import edge, root
from app.api.filters import DateFilter, Direction, Filter, IdFilter, StringFilter, argument, condition, order
from app.api.node import Node, parse_key, refetched_by
from app.api.pagination import Connection
from app.api.requires import requires
from app.api.scalars import Locale
from app.api.shown import id_of, show, shows
from app.api.texts import LANGUAGE_OF, Language, locale_of
from app.catalog.people import reads
from app.catalog.texts import Said
from app.core.paging import Order


@refetched_by(reads.people, Permission.PERSON_GET)
@shows(reads.Person, id=id_of("Person"), key="id")
@strawberry.type(description="Somebody who is credited somewhere.")
class Person(Node):
    row: strawberry.Private[reads.Person]
    name: str = strawberry.field(description="Name.")
    born_on: date | None = strawberry.field(description="Day of birth.")
    died_on: date | None = strawberry.field(description="Day of death.")

    @classmethod
    def of(cls, row: reads.Person) -> "Person":
        return show(cls, row)

    @edge(reads.biographies_of_people, only_with="language", description="The person's life in short.")
    def biography(self, said: Said | None, language: Language = None) -> str | None:
        return said.text if said else self.row.biography

    @edge(reads.biographies_of_people, description=LANGUAGE_OF.format("biography"))
    def biography_language(self, said: Said | None, language: Language = None) -> Locale | None:
        return locale_of(said)

    @strawberry.field(description="The person's ids elsewhere.")
    def provider_ids(self) -> list[works.ProviderId]:
        return works.provider_ids(self.row.provider_ids)


@strawberry.interface(description="A person's part in a work.")
class Credit:
    """Reads answer credits with `person_id`; subtypes add the work."""

    person_key: strawberry.Private[UUID]
    department: str = strawberry.field(description="Department: Acting, Directing, Writing, Production, ...")
    job: str = strawberry.field(description="Job within the department.")
    character: str | None = strawberry.field(description="Whom an actor plays.")
    billing: int = strawberry.field(description="Place in the credits, from 0.")

    @edge(reads.people, shows=Person, key="person_key", folded="person", description="Whose part it is.")
    def person(self) -> Person: ...


Departments = Annotated[
    list[str] | None, argument("Only these departments: Acting, Directing, Writing, Production, ...")
]


@strawberry.input(description="Which people; all conditions have to hold.")
class PersonFilter(Filter):
    id: IdFilter | None = condition("Their id.")
    search: str | None = condition("Has this in the name, whatever the case and accents.")
    name: StringFilter | None = condition("Their name.")
    born_on: DateFilter | None = condition("Their day of birth.")
    died_on: DateFilter | None = condition("Their day of death.")
    and_: list["PersonFilter"] | None = condition("All of these hold too.", "and")
    or_: list["PersonFilter"] | None = condition("At least one of these holds too.", "or")
    not_: "PersonFilter | None" = condition("This doesn't hold.", "not")


@strawberry.enum(description="What people are sorted by.")
class PersonSort(Enum):
    NAME = strawberry.enum_value("name", description="Name.")


@strawberry.input(description="An order of people.")
class PersonOrder:
    field: PersonSort = strawberry.field(default=PersonSort.NAME, description="What to sort by.")
    direction: Direction = strawberry.field(default=Direction.ASC, description="Which way.")

    def plain(self) -> Order:
        return order(self.field, self.direction)


@strawberry.type
class PeopleQuery:
    @requires(Permission.PERSON_GET)
    @strawberry.field(description="A person by id; null where there is none.")
    async def person(
        self, info: Info, wanted: Annotated[strawberry.ID, argument("The person's id.", "id")]
    ) -> Person | None:
        row = await info.context.load(reads.people, parse_key(wanted, "Person"))
        return None if row is None else Person.of(row)

    @requires(Permission.PERSON_LIST)
    @root(reads.list_people, shows=Person, description="People, by name.")
    def people(
        self,
        where: Annotated[PersonFilter | None, argument("Which people.", "filter")] = None,
        order: Annotated[PersonOrder | None, argument("In what order.", "orderBy")] = None,
    ) -> Connection[Person]: ...
