"""Credits of series and episodes in the graph."""

from uuid import UUID

import strawberry

from app.api.edge import edge, extend
from app.api.pagination import Connection, connect
from app.api.people import Credit, Departments, Person
from app.api.shown import show, shows
from app.api.tv import Episode, Series
from app.catalog.tv import credits as tv_credits
from app.catalog.tv import reads
from app.core.paging import Slice


@shows(tv_credits.SeriesCredit, series_key="series_id", person_key="person_id")
@strawberry.type(description="A person's part in a whole series.")
class SeriesCredit(Credit):
    row: strawberry.Private[tv_credits.SeriesCredit]
    series_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: tv_credits.SeriesCredit) -> "SeriesCredit":
        return show(cls, row)

    @edge(reads.series, key="series_key", description="The series.")
    def series(self, row: reads.Series) -> Series:
        return Series.of(row)


@shows(tv_credits.EpisodeCredit, episode_key="episode_id", person_key="person_id")
@strawberry.type(description="A person's part in one episode.")
class EpisodeCredit(Credit):
    row: strawberry.Private[tv_credits.EpisodeCredit]
    episode_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: tv_credits.EpisodeCredit) -> "EpisodeCredit":
        return show(cls, row)

    @edge(reads.episodes, key="episode_key", description="The episode.")
    def episode(self, row: reads.Episode) -> Episode:
        return Episode.of(row)


@extend(Series)
class SeriesInCredits:
    @edge(tv_credits.cast_of_series, description="Its regular actors, top-billed first.")
    def cast(self, rows: Slice[tv_credits.SeriesCredit]) -> Connection[SeriesCredit]:
        return connect(rows, SeriesCredit.of)

    @edge(
        tv_credits.crew_of_series,
        description="Everybody else who is credited for the series, in the order of billing.",
    )
    def crew(
        self, rows: Slice[tv_credits.SeriesCredit], departments: Departments = None
    ) -> Connection[SeriesCredit]:
        return connect(rows, SeriesCredit.of)


@extend(Episode)
class EpisodeInCredits:
    @edge(tv_credits.cast_of_episodes, description="Actors of this episode alone: its guests.")
    def guests(self, rows: Slice[tv_credits.EpisodeCredit]) -> Connection[EpisodeCredit]:
        return connect(rows, EpisodeCredit.of)

    @edge(
        tv_credits.crew_of_episodes,
        description="Everybody else who is credited for the episode, in the order of billing.",
    )
    def crew(
        self, rows: Slice[tv_credits.EpisodeCredit], departments: Departments = None
    ) -> Connection[EpisodeCredit]:
        return connect(rows, EpisodeCredit.of)


@extend(Person)
class PersonInTv:
    @edge(
        tv_credits.series_credits_of_people, description="What the person did in series, newest series first."
    )
    def series_credits(
        self, rows: Slice[tv_credits.SeriesCredit], departments: Departments = None
    ) -> Connection[SeriesCredit]:
        return connect(rows, SeriesCredit.of)

    @edge(
        tv_credits.episode_credits_of_people,
        description="What the person did in single episodes, newest episode first.",
    )
    def episode_credits(
        self, rows: Slice[tv_credits.EpisodeCredit], departments: Departments = None
    ) -> Connection[EpisodeCredit]:
        return connect(rows, EpisodeCredit.of)
