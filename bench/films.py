"""Films that nobody made, as a provider has them, and what files are called that hold them. The same every time."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random


def _words(text: str) -> list[str]:
    return text.split()


ADJECTIVES = _words(
    "Amber Ancient Bitter Blue Borrowed Broken Burning Careless Crimson Crooked Distant Dusty Early Empty Faithful"
    " Fallen Final Frozen Gentle Gilded Golden Hidden Hollow Hungry Idle Iron Late Little Lonely Lost Loud Magnetic"
    " Mild Narrow Northern Pale Patient Quiet Restless Salted Scarlet Second Secret Silent Silver Sleeping Slow"
    " Southern Stubborn Sunken Tender Unlikely Velvet Wandering Western Wicked Wooden"
)
NOUNS = _words(
    "Almanac Anchor Apprentice Archive Bakery Balcony Bell Bridge Cartographer Cellar Chandelier Choir Clockmaker"
    " Compass Corridor Courier Ferry Fiddler Forest Garden Gardener Harbour Harvest Island Janitor Kettle Kingdom"
    " Ladder Lantern Letter Librarian Lighthouse Locksmith Machine Market Meadow Mirror Mountain Orchard Organist"
    " Passenger Piano Pilot Postman Promise Quarry Railway River Sailor Season Shadow Staircase Stranger Summer"
    " Surgeon Tailor Telegram Theatre Tide Tower Umbrella Valley Violin Visitor Voyage Watchman Window Winter"
)
PLACES = _words(
    "Aldermoor Brackwater Carrowdale Dunmarsh Eastwold Fenwick Glassby Harrowgate Inverlough Juniper Kestrel Larkfield"
    " Marrowstone Netherby Oakhaven Pellworth Quillmere Ravensby Saltmouth Thornley Underhill Vexley Westering Yarrow"
)
FRENCH = (
    _words(
        "étoile maison lumière rivière montagne fenêtre chanson mémoire ombre forêt horloge promesse saison lettre"
    ),
    _words(
        "bleue perdue oubliée secrète lointaine dorée fragile immobile sauvage tardive vide éteinte voilée rouge"
    ),
)
GERMAN = (
    _words("Laterne Brücke Reise Uhr Stimme Insel Straße Mühle Wolke Schwelle Werkstatt Glocke Nacht Küste"),
    _words("blaue stille ferne letzte kleine müde goldene fremde zweite leise alte runde helle schmale"),
)
COLLECTION, IN_COLLECTION = 50, 4


class Named(StrEnum):
    """How a file says which film it holds."""

    TMDB_ID = "id"
    IMDB_ID = "id of IMDb's"
    TITLE = "title and year"
    TRANSLATED = "title in the viewer's language"
    FURTHER = "title in another language"
    YEARLESS = "title alone"
    REMADE = "title of two years' films"
    TWIN = "title and year of two films"
    NEXT_YEAR = "year that is one off"
    UNKNOWN = "what nobody knows"


# Of each hundred files.
SHARES = {
    Named.TMDB_ID: 20,
    Named.IMDB_ID: 5,
    Named.TITLE: 57,
    Named.TRANSLATED: 6,
    Named.FURTHER: 1,
    Named.YEARLESS: 3,
    Named.REMADE: 5,
    Named.TWIN: 1,
    Named.NEXT_YEAR: 1,
    Named.UNKNOWN: 1,
}


@dataclass(frozen=True, slots=True)
class Work:
    """title: in English. collection: an id, or none."""

    id: int
    title: str
    original_title: str
    german_title: str
    language: str
    year: int
    minutes: int
    popularity: float
    collection: int | None

    @property
    def imdb_id(self) -> str:
        return f"tt{90_000_000 + self.id}"


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file. work: which film it is; None for what nobody knows."""

    name: str
    named: Named
    minutes: int
    work: int | None


def made(films: int) -> tuple[list[Work], list[Shelved]]:
    """The provider's works, and as many files."""
    chance = Random(films)
    titles, works, files = _titles(chance), list[Work](), list[Shelved]()
    sorts = [named for named, share in SHARES.items() for _ in range(share)]
    for number in range(films):
        named, title = sorts[number * 37 % 100], next(titles)
        found = _works(chance, named, title, len(works) + 1)
        held = found[0]
        if named is not Named.UNKNOWN:
            works += found
        files.append(_file(chance, named, held))
    return works, files


def fillers(lines: int, beside: list[Work]) -> Iterator[tuple[int, str, float]]:
    """Of works that are in no library and in the provider's list: ids, titles, popularities. Some are namesakes."""
    chance = Random(lines)
    for number in range(lines):
        title = f"{chance.choice(ADJECTIVES)} {chance.choice(NOUNS)} {number:x} {chance.choice(PLACES)}"
        if number % 500 == 0:
            title = chance.choice(beside).title
        yield 50_000_000 + number, title, round(chance.expovariate(1), 3)


def put(root: Path, files: list[Shelved]) -> None:
    """Files that are as many bytes long as their films run minutes: whoever stands in for the prober goes by that."""
    for number, file in enumerate(files):
        folder = root / f"Shelf {number // 100:04}" / file.name
        folder.mkdir(parents=True)
        (folder / f"{file.name}.1080p.BluRay.x264.mkv").write_bytes(bytes(file.minutes))


def _titles(chance: Random) -> Iterator[str]:
    said = set[str]()
    while True:
        one, other = chance.choice(ADJECTIVES), chance.choice(ADJECTIVES)
        first, second, place = chance.choice(NOUNS), chance.choice(NOUNS), chance.choice(PLACES)
        title = chance.choice(
            (
                f"The {one} {first}",
                f"{one} {first}",
                f"The {first} of {place}",
                f"The {first} and the {second}",
                f"The {one} {first} of {place}",
                f"{first} in a {one} {second}",
                f"{one} {first}, {other} {second}",
                f"A {first} for {place}",
            )
        )
        if title not in said:
            said.add(title)
            yield title


def _works(chance: Random, named: Named, title: str, number: int) -> list[Work]:
    """The one that is held first, then whoever may be taken for it."""
    held = _work(chance, number, title, is_foreign=named is Named.TRANSLATED)
    if named is Named.REMADE:
        years = held.year + chance.choice((-31, -24, 18, 27))
        return [held, _like(chance, held, number + 1, years)]
    if named is Named.TWIN:
        return [held, _like(chance, held, number + 1, held.year)]
    return [held]


def _work(chance: Random, number: int, title: str, *, is_foreign: bool) -> Work:
    nouns, adjectives = FRENCH
    french = f"{chance.choice(nouns)} {chance.choice(adjectives)} de {chance.choice(PLACES)} {number}"
    german_nouns, german_adjectives = GERMAN
    german = (
        f"Die {chance.choice(german_adjectives)} {chance.choice(german_nouns)} von {chance.choice(PLACES)}"
    )
    place = number % COLLECTION
    return Work(
        number,
        title,
        french.capitalize() if is_foreign else title,
        german,
        "fr" if is_foreign else "en",
        chance.randint(1950, 2024),
        chance.randint(80, 150),
        round(chance.lognormvariate(2, 1), 3),
        number // COLLECTION if place < IN_COLLECTION else None,
    )


def _like(chance: Random, held: Work, number: int, year: int) -> Work:
    """Another film of that title; four times in five a less popular one, since what is popular is in more libraries."""
    popularity = held.popularity * chance.uniform(1.5, 10) ** (1 if chance.random() < 1 / 5 else -1)
    other = _work(chance, number, held.title, is_foreign=False)
    return Work(
        number,
        held.title,
        held.title,
        other.german_title,
        "en",
        year,
        held.minutes + 23,
        round(popularity, 3),
        None,
    )


def _file(chance: Random, named: Named, work: Work) -> Shelved:
    year = work.year + (named is Named.NEXT_YEAR)
    title = work.german_title if named is Named.FURTHER else work.title
    name = title if named is Named.YEARLESS else f"{title} ({year})"
    if named is Named.TMDB_ID:
        name += f" {{tmdb-{work.id}}}"
    if named is Named.IMDB_ID:
        name += f" {{imdb-{work.imdb_id}}}"
    # Of some films there is another cut.
    minutes = work.minutes + (
        14 if named is Named.TITLE and chance.random() < 1 / 20 else chance.randint(-1, 1)
    )
    return Shelved(name, named, minutes, None if named is Named.UNKNOWN else work.id)
