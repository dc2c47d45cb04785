"""Credits of series and episodes in the graph."""

from uuid import UUID

import strawberry

from app.api.edge import edge, extend
from app.api.pagination import Connection
from app.api.people import Credit, Departments, Person
from app.api.shown import show, shows
from app.api.tv import Episode, Series
from app.catalog.tv import credits as tv_credits
from app.catalog.tv import reads


@shows(tv_credits.SeriesCredit, series_key="series_id", person_key="person_id")
@strawberry.type(description="A person's part in a whole series.")
class SeriesCredit(Credit):
    row: strawberry.Private[tv_credits.SeriesCredit]
    series_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: tv_credits.SeriesCredit) -> "SeriesCredit":
        return show(cls, row)

    @edge(reads.series, shows=Series, key="series_key", description="The series.")
    def series(self) -> Series: ...


@shows(tv_credits.EpisodeCredit, episode_key="episode_id", person_key="person_id")
@strawberry.type(description="A person's part in one episode.")
class EpisodeCredit(Credit):
    row: strawberry.Private[tv_credits.EpisodeCredit]
    episode_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: tv_credits.EpisodeCredit) -> "EpisodeCredit":
        return show(cls, row)

    @edge(reads.episodes, shows=Episode, key="episode_key", description="The episode.")
    def episode(self) -> Episode: ...


@extend(Series)
class SeriesInCredits:
    @edge(tv_credits.cast_of_series, shows=SeriesCredit, description="Its regular actors, top-billed first.")
    def cast(self) -> Connection[SeriesCredit]: ...

    @edge(
        tv_credits.crew_of_series,
        shows=SeriesCredit,
        description="Everybody else who is credited for the series, in the order of billing.",
    )
    def crew(self, departments: Departments = None) -> Connection[SeriesCredit]: ...


@extend(Episode)
class EpisodeInCredits:
    @edge(
        tv_credits.cast_of_episodes,
        shows=EpisodeCredit,
        description="Actors of this episode alone: its guests.",
    )
    def guests(self) -> Connection[EpisodeCredit]: ...

    @edge(
        tv_credits.crew_of_episodes,
        shows=EpisodeCredit,
        description="Everybody else who is credited for the episode, in the order of billing.",
    )
    def crew(self, departments: Departments = None) -> Connection[EpisodeCredit]: ...


@extend(Person)
class PersonInTv:
    @edge(
        tv_credits.series_credits_of_people,
        shows=SeriesCredit,
        description="What the person did in series, newest series first.",
    )
    def series_credits(self, departments: Departments = None) -> Connection[SeriesCredit]: ...

    @edge(
        tv_credits.episode_credits_of_people,
        shows=EpisodeCredit,
        description="What the person did in single episodes, newest episode first.",
    )
    def episode_credits(self, departments: Departments = None) -> Connection[EpisodeCredit]: ...
