"""A film, a series and a season as TMDb writes them, with everything that can be appended; all of it invented."""

from typing import Any

MOVIE: dict[str, Any] = {
    "adult": False,
    "backdrop_path": "/backOfTheTram.jpg",
    "belongs_to_collection": {
        "id": 77,
        "name": "Tram Collection",
        "poster_path": None,
        "backdrop_path": None,
    },
    "budget": 0,
    "genres": [{"id": 18, "name": "Drama"}, {"id": 9648, "name": "Mystery"}],
    "homepage": "https://tram.example",
    "id": 4711,
    "imdb_id": "tt99911111",
    "origin_country": ["PT"],
    "original_language": "pt",
    "original_title": "O Último Elétrico",
    "overview": "A tram runs once more.",
    "popularity": 12.5,
    "poster_path": "/tram.jpg",
    "production_companies": [{"id": 1, "name": "Azulejo Filmes", "origin_country": "PT", "logo_path": None}],
    "production_countries": [{"iso_3166_1": "PT", "name": "Portugal"}],
    "release_date": "2014-06-12",
    "revenue": 0,
    "runtime": 97,
    "spoken_languages": [{"iso_639_1": "pt", "name": "Português", "english_name": "Portuguese"}],
    "status": "Released",
    "tagline": "Mind the gap",
    "title": "The Last Tram",
    "video": False,
    "vote_average": 7.123,
    "vote_count": 880,
    "translations": {
        "translations": [
            {
                "iso_3166_1": "DE",
                "iso_639_1": "de",
                "name": "Deutsch",
                "english_name": "German",
                "data": {
                    "title": "Die letzte Tram",
                    "overview": "Noch einmal.",
                    "tagline": "",
                    "homepage": "",
                    "runtime": 97,
                },
            },
            {
                "iso_3166_1": "AT",
                "iso_639_1": "de",
                "name": "Deutsch",
                "english_name": "German",
                "data": {"title": "Die letzte Bim", "overview": "", "tagline": ""},
            },
            {
                "iso_3166_1": "BR",
                "iso_639_1": "pt",
                "name": "Português",
                "english_name": "Portuguese",
                "data": {"title": "O Último Bonde", "overview": "Mais uma vez.", "tagline": ""},
            },
            {
                "iso_3166_1": "US",
                "iso_639_1": "en",
                "name": "English",
                "english_name": "English",
                "data": {"title": "", "overview": "A tram runs once more.", "tagline": "Mind the gap"},
            },
            {
                "iso_3166_1": "JP",
                "iso_639_1": "ja",
                "name": "日本語",
                "english_name": "Japanese",
                "data": {"title": "", "overview": "", "tagline": ""},
            },
        ]
    },
    "credits": {
        "cast": [
            {
                "id": 2,
                "name": "Inês Carvalhal",
                "character": "Luz",
                "order": 1,
                "profile_path": None,
                "gender": 1,
            },
            {
                "id": 1,
                "name": "Nuno Perestrelo",
                "character": "Vasco",
                "order": 0,
                "profile_path": "/nuno.jpg",
            },
            {"id": 3, "name": "Somebody", "character": "", "order": None},
        ],
        "crew": [
            {"id": 4, "name": "Beatriz Salgueiro", "department": "Directing", "job": "Director"},
            {"id": 4, "name": "Beatriz Salgueiro", "department": "Writing", "job": "Screenplay"},
            {"id": 4, "name": "Beatriz Salgueiro", "department": "Writing", "job": "Screenplay"},
        ],
    },
    "images": {
        "backdrops": [
            {
                "file_path": "/backOfTheTram.jpg",
                "width": 3840,
                "height": 2160,
                "iso_639_1": None,
                "vote_average": 5.4,
                "vote_count": 7,
                "aspect_ratio": 1.778,
            }
        ],
        "posters": [
            {
                "file_path": "/tram.jpg",
                "width": 2000,
                "height": 3000,
                "iso_639_1": "en",
                "vote_average": 0,
                "vote_count": 0,
            },
            {"file_path": "/../../etc/passwd", "width": 1, "height": 1},
        ],
        "logos": [{"file_path": "/tram.svg", "width": 500, "height": 100, "iso_639_1": "en"}],
    },
    "release_dates": {
        "results": [
            {
                "iso_3166_1": "DE",
                "release_dates": [
                    {
                        "certification": "16",
                        "type": 5,
                        "release_date": "2015-01-01T00:00:00.000Z",
                        "note": "",
                    },
                    {"certification": "6", "type": 3, "release_date": "2014-08-01T00:00:00.000Z", "note": ""},
                    {
                        "certification": "12",
                        "type": 3,
                        "release_date": "2014-07-01T00:00:00.000Z",
                        "note": "Director's cut",
                    },
                ],
            },
            {
                "iso_3166_1": "US",
                "release_dates": [{"certification": "", "type": 3}, {"certification": "PG", "type": 4}],
            },
            {"iso_3166_1": "PT", "release_dates": [{"certification": "M/12", "type": 99}]},
        ]
    },
    "external_ids": {"imdb_id": "tt99911111", "wikidata_id": "Q999999999", "facebook_id": None},
    "keywords": {"keywords": [{"id": 1, "name": "tram"}, {"id": 2, "name": "lisbon"}]},
    "videos": {
        "results": [
            {
                "id": "a",
                "key": "abc_DEF-123",
                "site": "YouTube",
                "type": "Trailer",
                "name": "Official Trailer",
                "size": 1080,
                "iso_639_1": "en",
                "official": True,
                "published_at": "2014-05-01T12:00:00.000Z",
            },
            {"id": "b", "key": "x", "site": "MySpace", "type": "Clip"},
            {"id": "c", "key": '"><script>', "site": "YouTube", "type": "Clip"},
        ]
    },
    "similar": {"page": 1, "results": [{"id": 5, "title": "Another Tram", "release_date": "1999-01-01"}]},
    "recommendations": {"page": 1, "results": [{"id": 6, "title": "A Bus", "release_date": ""}, {"id": 7}]},
    "alternative_titles": {"titles": [{"iso_3166_1": "US", "title": "Tram 28", "type": "working title"}]},
}

SERIES: dict[str, Any] = {
    "id": 815,
    "name": "Low Tide",
    "original_name": "Ebbe",
    "original_language": "de",
    "origin_country": ["DE"],
    "overview": "The sea leaves.",
    "first_air_date": "2015-04-02",
    "episode_run_time": [],
    "last_episode_to_air": {"id": 1, "runtime": 48},
    "status": "Returning Series",
    "popularity": 3.25,
    "vote_average": 8.1,
    "vote_count": 12,
    "genres": [{"id": 80, "name": "Crime"}],
    "networks": [{"id": 1, "name": "Küste TV"}],
    "created_by": [{"id": 9, "name": "Frauke Deich", "profile_path": "/frauke.jpg"}],
    "poster_path": "/ebbe.jpg",
    "seasons": [
        {
            "id": 81500,
            "season_number": 0,
            "name": "Specials",
            "episode_count": 1,
            "air_date": None,
            "poster_path": None,
        },
        {
            "id": 81501,
            "season_number": 1,
            "name": "Season 1",
            "episode_count": 8,
            "air_date": "2015-04-02",
            "poster_path": "/ebbe1.jpg",
            "overview": "It begins.",
        },
    ],
    "aggregate_credits": {
        "cast": [
            {
                "id": 20,
                "name": "Hauke Watt",
                "order": 0,
                "total_episode_count": 8,
                "roles": [
                    {"character": "The Twin", "episode_count": 1},
                    {"character": "Constable Sand", "episode_count": 7},
                ],
            },
        ],
        "crew": [
            {
                "id": 21,
                "name": "Silke Priel",
                "department": "Directing",
                "jobs": [
                    {"job": "Director", "episode_count": 4},
                    {"job": "Assistant Director", "episode_count": 1},
                ],
            },
        ],
    },
    "content_ratings": {
        "results": [{"iso_3166_1": "DE", "rating": "12"}, {"iso_3166_1": "US", "rating": "TV-14"}]
    },
    "external_ids": {"imdb_id": "tt99922222", "tvdb_id": 99922},
    "keywords": {"results": [{"id": 1, "name": "sea"}]},
    "episode_groups": {
        "results": [
            {
                "id": "5f00aa",
                "name": "DVD order",
                "type": 3,
                "group_count": 2,
                "episode_count": 9,
                "description": "",
            },
            {"id": "5f00bb", "name": "Strange order", "type": 42, "group_count": 1, "episode_count": 1},
        ]
    },
    "alternative_titles": {"results": [{"iso_3166_1": "GB", "title": "The Ebb", "type": ""}]},
}

SEASON: dict[str, Any] = {
    "_id": "5f00",
    "id": 81501,
    "season_number": 1,
    "name": "Season 1",
    "overview": "It begins.",
    "air_date": "2015-04-02",
    "poster_path": "/ebbe1.jpg",
    "episodes": [
        {
            "id": 1,
            "episode_number": 1,
            "season_number": 1,
            "name": "The Wrong Boat",
            "overview": "A boat.",
            "runtime": 48,
            "air_date": "2015-04-02",
            "still_path": "/boat.jpg",
            "vote_average": 7.0,
            "vote_count": 3,
            "episode_type": "standard",
            "crew": [
                {
                    "id": 21,
                    "name": "Silke Priel",
                    "department": "Directing",
                    "job": "Director",
                    "profile_path": "/silke.jpg",
                }
            ],
            "guest_stars": [{"id": 30, "name": "Ole Mole", "character": "The Mayor", "order": 500}],
        },
        {
            "id": 2,
            "episode_number": 2,
            "season_number": 1,
            "name": "Episode 2",
            "overview": "",
            "runtime": None,
            "air_date": None,
            "still_path": None,
            "vote_average": 0.0,
            "vote_count": 0,
            "crew": [],
            "guest_stars": [],
        },
        {"id": 3, "episode_number": 3, "season_number": 1, "name": "Episode 7", "air_date": ""},
    ],
    "translations": {
        "translations": [
            {"iso_3166_1": "DE", "iso_639_1": "de", "data": {"name": "Staffel 1", "overview": "Es beginnt."}},
        ]
    },
    "aggregate_credits": {
        "cast": [{"id": 20, "name": "Hauke Watt", "order": 0, "roles": [{"character": "Sand"}]}]
    },
    "images": {"posters": []},
    "external_ids": {"tvdb_id": 777},
}

GROUP: dict[str, Any] = {
    "id": "5f00aa",
    "name": "DVD order",
    "type": 3,
    "description": "As on the discs.",
    "group_count": 2,
    "episode_count": 3,
    "groups": [
        {
            "id": "b",
            "name": "Disc 2",
            "order": 2,
            "episodes": [{"season_number": 1, "episode_number": 1, "order": 0}],
        },
        {
            "id": "a",
            "name": "Disc 1",
            "order": 1,
            "episodes": [
                {"season_number": 1, "episode_number": 3, "order": 1},
                {"season_number": 1, "episode_number": 2, "order": 0},
                {"season_number": None, "episode_number": 4, "order": 2},
            ],
        },
    ],
}

COLLECTION: dict[str, Any] = {
    "id": 77,
    "name": "Tram Collection",
    "overview": "Trams.",
    "parts": [
        {"id": 3, "title": "The Next Tram", "release_date": ""},
        {"id": 2, "title": "The Return Tram", "release_date": "2019-01-01"},
        {"id": 1, "title": "The Last Tram", "release_date": "2014-06-12"},
        {"id": None, "title": "Nothing"},
    ],
    "translations": {
        "translations": [
            {"iso_3166_1": "DE", "iso_639_1": "de", "data": {"title": "Tram Filmreihe", "overview": ""}}
        ]
    },
    "images": {"posters": [{"file_path": "/all.jpg"}], "backdrops": None},
}
