"""Tags in files: what they say where they speak of the work, and all that is not believed."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog.facts import CreditFacts
from app.metadata.tags import CUT_AT, TaggedEpisode, episodes, film

TITLES = ("The Last Tram", "O Último Elétrico")
SHOW = ("Low Tide", "Ebbe")
TEXT = "A tram runs once more through the old town, and nobody knows who drives it."
WHOLE = {
    "title": "The Last Tram",
    "synopsis": TEXT,
    "date": "2014-06-12T00:00:00Z",
    "genre": "Drama, Mystery",
    "director": "Beatriz Salgueiro; Nuno Perestrelo",
    "encoder": "Lavf60.3.100",
    "comment": "Downloaded somewhere",
}


def of_film(**tags):
    return film(TITLES, 2014, [tags])


def overview(text):
    found = of_film(description=text)
    return found.overview if found else None


def test_a_film_that_is_well_tagged():
    found = film(TITLES, 2014, [WHOLE])

    assert (found.title, found.match_key, found.year) == ("", "", None)
    assert (found.overview, found.released_on) == (TEXT, date(2014, 6, 12))
    assert found.terms == {"genre": ("Drama", "Mystery")}
    assert found.credits == (
        CreditFacts("Beatriz Salgueiro", "Directing", "Director", None, 0),
        CreditFacts("Nuno Perestrelo", "Directing", "Director", None, 1),
    )
    assert found.is_described


@pytest.mark.parametrize(
    "title", ["the last tram", "O Ultimo Eletrico", "The Last Tram (2014)", "The Last Tram 2014"]
)
def test_the_title_may_be_any_that_the_film_has(title):
    assert of_film(title=title, description=TEXT).overview == TEXT


@pytest.mark.parametrize(
    "title", ["Another Film", "Visit www.films.example!", "The.Last.Tram.2014.1080p.WEB-DL"]
)
def test_nothing_is_believed_of_tags_that_speak_of_something_else(title):
    assert film(TITLES, 2014, [WHOLE | {"title": title}]) is None


def test_the_first_of_several_files_that_says_it_is_believed():
    found = film(
        TITLES,
        2014,
        [{"genre": "Drama"}, WHOLE | {"title": "Trailer"}, {"genre": "Crime", "description": TEXT}],
    )

    assert (found.terms, found.overview) == ({"genre": ("Drama",)}, TEXT)


@pytest.mark.parametrize(
    "text",
    [
        "Get more films at www.films.example",
        "More at films.xyz, the best there is",
        "Ask somebody@films.example for the subtitles",
        "The Last Tram 2014 1080p BluRay x264 from somebody",
        "<b>A tram</b> runs once more through the old town",
        "Ein Film Ã¼ber eine StraÃŸenbahn in der Stadt",
        "A tram runs\ufffd\ufffd once more through town",
        "#!/-- 0123456789 0123456789 ---------- ::",
        "The Last Tram",
        "A tram.",
        "",
    ],
)
def test_what_is_no_description_is_left_out(text):
    assert overview(text) is None


@pytest.mark.parametrize(
    "text",
    [TEXT, "Трамвай ещё раз едет через старый город.", "路面電車がもう一度、古い町を走り抜けていく物語。"],
)
def test_a_description_in_any_writing_is_taken(text):
    assert overview(text) == text


def test_a_description_that_was_cut_ends_with_a_sentence():
    long = ("A tram runs once more. " * 100)[:CUT_AT]

    assert overview(long) == "A tram runs once more. " * 42 + "A tram runs once more."
    assert overview("tram " * 200) == "tram " * 200


@pytest.mark.parametrize("said", ["2014", "2020-01-01", "12.06.2014", "0000-00-00", "soon", "2014-02-30"])
def test_a_date_counts_where_it_is_whole_and_in_the_film_s_year(said):
    assert of_film(date=said) is None


def test_without_a_year_no_date_counts():
    assert film(TITLES, None, [{"date": "2014-06-12"}]) is None


@pytest.mark.parametrize("said", ["www.films.example", "Other", "Movie / Film", "x264", ", ;", "a" * 81])
def test_what_is_no_genre_is_left_out(said):
    assert of_film(genre=said) is None


def test_of_many_names_some():
    found = of_film(genre="Drama, Crime, Drama, Comedy, War, Family, Music", director="Ana; Bo; Cy; Di; Ed")

    assert found.terms == {"genre": ("Drama", "Crime", "Comedy", "War", "Family")}
    assert [each.name for each in found.credits] == ["Ana", "Bo", "Cy", "Di"]


@pytest.mark.parametrize("said", ["N/A", "Unknown", "Various", "x", "www.films.example"])
def test_who_is_nobody_directed_nothing(said):
    assert of_film(director=said) is None


def episode(number=1, season=1, air_date=None, **tags):
    return TaggedEpisode(season, number, air_date, tags)


def test_an_episode_that_is_well_tagged():
    [found] = episodes(
        SHOW,
        [
            episode(
                show="Low Tide",
                season_number="1",
                episode_sort="1",
                title="The Wrong Boat",
                description=TEXT,
                date="2015-04-02",
            )
        ],
    )

    assert (found.season, found.number) == (1, 1)
    assert (found.title, found.overview, found.air_date) == ("The Wrong Boat", TEXT, date(2015, 4, 2))
    assert found.is_described


@pytest.mark.parametrize(
    "tags",
    [
        {"show": "High Tide"},
        {"show": "Visit www.films.example"},
        {"season_number": "2"},
        {"episode_sort": "7"},
        {"season_number": "one"},
        {"season_number": "1" * 5000},
    ],
)
def test_nothing_is_believed_of_tags_that_speak_of_another_episode(tags):
    assert episodes(SHOW, [episode(title="The Wrong Boat", description=TEXT, **tags)]) == []


@pytest.mark.parametrize(
    "title",
    [
        "Episode 1",
        "Folge 1",
        "Low Tide",
        "Ebbe (2015)",
        "Low Tide S01E01 The Wrong Boat",
        "Low.Tide.The.Wrong.Boat.German",
        "low_tide_wrong_boat",
        "The Wrong Boat 1080p",
        "The Wrong Boat - films.xyz",
        "The Wrong Boat " * 10,
        "0001",
    ],
)
def test_what_is_no_title_of_an_episode_is_left_out(title):
    assert episodes(SHOW, [episode(title=title)]) == []


def test_what_several_episodes_say_alike_is_said_of_none():
    found = episodes(
        SHOW,
        [
            episode(1, title="Brought to you by friends", description=TEXT),
            episode(2, title="Brought to you by friends", description=TEXT),
            episode(3, title="High Water", description=TEXT),
        ],
    )

    assert [(each.number, each.title, each.overview) for each in found] == [(3, "High Water", None)]


def test_an_episode_in_two_files_is_told_of_once():
    found = episodes(
        SHOW,
        [episode(1, title="The Wrong Boat"), episode(1, title="The Wrong Boat", description=TEXT)],
    )

    assert [(each.title, each.overview) for each in found] == [("The Wrong Boat", TEXT)]


def test_a_date_counts_beside_the_series_name_alone_and_a_known_one_stays():
    told = episodes(SHOW, [episode(1, show="Low Tide", date="2015-04-02"), episode(2, date="2015-04-09")])
    known = episodes(
        SHOW, [episode(3, air_date=date(2015, 4, 16), show="Low Tide", date="2020-01-01", title="High Water")]
    )

    assert [(each.number, each.air_date) for each in told] == [(1, date(2015, 4, 2))]
    assert [each.air_date for each in known] == [date(2015, 4, 16)]


def test_an_episode_known_by_its_date_is_told_of_by_it():
    [found] = episodes(SHOW, [episode(None, 2015, date(2015, 4, 2), title="The Wrong Boat")])

    assert found.key == (2015, "2015-04-02")


NAMES = [
    "title",
    "show",
    "description",
    "synopsis",
    "date",
    "genre",
    "director",
    "season_number",
    "episode_sort",
]
TAGS = st.dictionaries(st.sampled_from(NAMES), st.text(max_size=200))


@settings(deadline=None, derandomize=True)
@given(files=st.lists(TAGS, max_size=4))
def test_whatever_tags_hold_a_film_keeps_its_name(files):
    found = film(TITLES, 2014, files)

    assert found is None or (found.title, found.year, found.match_key) == ("", None, "")


@settings(deadline=None, derandomize=True)
@given(
    files=st.lists(
        st.builds(TaggedEpisode, st.integers(0, 3), st.integers(0, 3), st.none(), TAGS), max_size=5
    )
)
def test_whatever_tags_hold_each_episode_is_told_of_once_and_is_one_of_them(files):
    found = [each.key for each in episodes(SHOW, files)]

    assert len(found) == len(set(found))
    assert set(found) <= {(each.season, each.number or 0) for each in files}
