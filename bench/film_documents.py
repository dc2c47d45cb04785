"""What a provider tells of a film that nobody made, in the wire format of TMDb and as long as it tells of real ones."""

from random import Random
from typing import Any

from bench.films import ADJECTIVES, NOUNS, PLACES, Work

Json = dict[str, Any]


def _words(text: str) -> list[str]:
    return text.split()


PEOPLE = 20_000
CAST, CREW = 30, 40
LANGUAGES = _words("en de fr es ja it pt ru pl nl sv da fi cs hu tr ko zh uk ro")
COUNTRIES = _words("US GB DE FR ES JP IT BR NL SE DK FI CZ HU AU CA IE PT")
JOBS = (
    ("Directing", "Director"),
    ("Writing", "Screenplay"),
    ("Production", "Producer"),
    ("Camera", "Director of Photography"),
    ("Editing", "Editor"),
    ("Sound", "Original Music Composer"),
    ("Art", "Set Decoration"),
    ("Costume & Make-Up", "Costume Design"),
)
GENRES = (
    (18, "Drama"),
    (35, "Comedy"),
    (28, "Action"),
    (53, "Thriller"),
    (10749, "Romance"),
    (14, "Fantasy"),
)
POSTERS, BACKDROPS, LOGOS = 24, 12, 6
KEYWORDS, VIDEOS, RELATED = 15, 8, 20


def brief(work: Work, language: str = "en") -> Json:
    """As lists have it."""
    return {
        "adult": False,
        "backdrop_path": f"/b{work.id}.jpg",
        "genre_ids": [18],
        "id": work.id,
        "original_language": work.language,
        "original_title": work.original_title,
        "overview": _prose(Random(work.id), 30),
        "popularity": work.popularity,
        "poster_path": f"/p{work.id}.jpg",
        "release_date": f"{work.year}-06-12",
        "title": titles(work).get(language, work.title),
        "video": False,
        "vote_average": 6.5,
        "vote_count": 120,
    }


def titles(work: Work) -> dict[str, str]:
    """By language, as far as it has one there."""
    own = {"en": work.title, "de": work.german_title, "ja": f"映画{work.id}"}
    return own | {work.language: work.original_title}


def whole(work: Work, others: int) -> Json:
    """With all that Marquee has appended. others: how many works there are, to name some of."""
    chance = Random(work.id)
    collection = (
        None if work.collection is None else {"id": work.collection + 1, "name": f"Set {work.collection}"}
    )
    listed = brief(work)
    del listed["genre_ids"]
    return listed | {
        "belongs_to_collection": collection and collection | {"poster_path": None, "backdrop_path": None},
        "budget": 0,
        "genres": [{"id": number, "name": name} for number, name in chance.sample(GENRES, 2)],
        "homepage": f"https://film{work.id}.example/",
        "imdb_id": work.imdb_id,
        "origin_country": ["FR" if work.language == "fr" else "US"],
        "production_companies": [_named(chance, 3000, "Pictures") for _ in range(3)],
        "production_countries": [{"iso_3166_1": "FR" if work.language == "fr" else "US", "name": ""}],
        "revenue": 0,
        "runtime": work.minutes,
        "spoken_languages": [{"iso_639_1": work.language, "name": ""}],
        "status": "Released",
        "tagline": _prose(chance, 6),
        "translations": {"translations": [_translation(chance, work, each) for each in LANGUAGES]},
        "credits": {
            "cast": [_actor(chance, at) for at in range(CAST)],
            "crew": [_maker(chance) for _ in range(CREW)],
        },
        "images": _images(chance, work),
        "release_dates": {"results": [_released(work, each) for each in COUNTRIES]},
        "external_ids": {"imdb_id": work.imdb_id, "wikidata_id": f"Q{work.id}", "facebook_id": None},
        "keywords": {"keywords": [_named(chance, 5000, "") for _ in range(KEYWORDS)]},
        "videos": {"results": [_video(chance, work, at) for at in range(VIDEOS)]},
        "similar": _related(chance, others),
        "recommendations": _related(chance, others),
        "alternative_titles": {
            "titles": [
                {"iso_3166_1": each, "title": f"{work.german_title} {each}", "type": ""}
                for each in COUNTRIES[:4]
            ]
        },
    }


def collection(number: int, works: list[Work]) -> Json:
    return {
        "id": number,
        "name": f"Set {number - 1}",
        "overview": "",
        "poster_path": None,
        "backdrop_path": None,
        "parts": [brief(each) for each in works],
        "translations": {"translations": []},
        "images": {"posters": [], "backdrops": []},
    }


def _prose(chance: Random, words: int) -> str:
    return " ".join(chance.choices(NOUNS, k=words)).capitalize() + "."


def _named(chance: Random, of: int, suffix: str) -> Json:
    number = chance.randrange(of)
    name = f"{ADJECTIVES[number % len(ADJECTIVES)]} {NOUNS[number % len(NOUNS)]} {number} {suffix}".strip()
    return {"id": number + 1, "name": name, "logo_path": None, "origin_country": "US"}


def _person(chance: Random) -> Json:
    number = chance.randrange(PEOPLE)
    name = f"{PLACES[number % len(PLACES)]} {NOUNS[number // len(PLACES) % len(NOUNS)]} {number}"
    return {
        "adult": False,
        "credit_id": f"{chance.getrandbits(96):024x}",
        "gender": number % 3,
        "id": number + 1,
        "known_for_department": "Acting",
        "name": name,
        "original_name": name,
        "popularity": 1.5,
        "profile_path": f"/h{number}.jpg" if number % 2 else None,
    }


def _actor(chance: Random, at: int) -> Json:
    return _person(chance) | {"cast_id": at, "character": f"The {chance.choice(NOUNS)}", "order": at}


def _maker(chance: Random) -> Json:
    department, job = chance.choice(JOBS)
    return _person(chance) | {"department": department, "job": job}


def _translation(chance: Random, work: Work, language: str) -> Json:
    texts = {
        "homepage": "",
        "overview": _prose(chance, 40),
        "runtime": work.minutes,
        "tagline": _prose(chance, 5),
    }
    return {
        "iso_3166_1": "US" if language == "en" else language.upper(),
        "iso_639_1": language,
        "name": language,
        "english_name": language,
        "data": texts | {"title": titles(work).get(language, "")},
    }


def _images(chance: Random, work: Work) -> Json:
    return {
        "posters": [_image(chance, f"/p{work.id}_{at}.jpg", 1000, 1500, at) for at in range(POSTERS)],
        "backdrops": [_image(chance, f"/b{work.id}_{at}.jpg", 1920, 1080, None) for at in range(BACKDROPS)],
        "logos": [_image(chance, f"/l{work.id}_{at}.png", 800, 300, at) for at in range(LOGOS)],
    }


def _image(chance: Random, path: str, width: int, height: int, at: int | None) -> Json:
    return {
        "aspect_ratio": round(width / height, 3),
        "file_path": path,
        "height": height,
        "iso_639_1": None if at is None else LANGUAGES[at % 5],
        "vote_average": round(chance.uniform(3, 6), 3),
        "vote_count": chance.randrange(30),
        "width": width,
    }


def _released(work: Work, country: str) -> Json:
    dates: list[Json] = [
        {
            "certification": "12",
            "descriptors": [],
            "iso_639_1": "",
            "note": "",
            "release_date": f"{work.year}-0{kind}-12T00:00:00.000Z",
            "type": kind,
        }
        for kind in (3, 4)
    ]
    return {"iso_3166_1": country, "release_dates": dates}


def _video(chance: Random, work: Work, at: int) -> Json:
    return {
        "id": f"{chance.getrandbits(96):024x}",
        "iso_3166_1": "US",
        "iso_639_1": LANGUAGES[at % 5],
        "key": f"inv-{work.id}-{at}",
        "name": f"{work.title}: Trailer {at}",
        "official": True,
        "published_at": f"{work.year}-05-01T12:00:00.000Z",
        "site": "YouTube",
        "size": 1080,
        "type": "Trailer",
    }


def _related(chance: Random, others: int) -> Json:
    listed = [
        {
            "adult": False,
            "backdrop_path": None,
            "genre_ids": [18],
            "id": chance.randrange(others) + 1,
            "original_language": "en",
            "original_title": "Another",
            "overview": _prose(chance, 30),
            "popularity": 1.0,
            "poster_path": None,
            "release_date": "1999-01-01",
            "title": "Another",
            "video": False,
            "vote_average": 5.0,
            "vote_count": 3,
        }
        for _ in range(RELATED)
    ]
    return {"page": 1, "results": listed, "total_pages": 1, "total_results": RELATED}
