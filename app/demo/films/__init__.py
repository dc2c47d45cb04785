"""The films of the demo library. Every title, name and plot in it is invented."""

from dataclasses import replace

from app.demo.films import english, lookalikes, unlabelled, world
from app.demo.works import Film

_MORE = {
    unlabelled.YEAR_2041.title: lookalikes.COPY,
    unlabelled.MIDNIGHT_TRAM.title: lookalikes.REENCODED,
}


def _whole(film: Film) -> Film:
    more = _MORE.get(film.title)
    return replace(film, files=(*film.files, more)) if more else film


FILMS = (*english.FILMS, *world.FILMS, *map(_whole, unlabelled.FILMS), *lookalikes.FILMS)
