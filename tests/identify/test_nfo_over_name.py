"""What an NFO says wins over what the name said."""

from datetime import date

from app.identify.kinds import LibraryKind
from app.identify.merge import with_nfo
from app.identify.nfo import read_nfo
from app.identify.parse import read


def test_a_films_nfo_wins_and_leaves_what_it_does_not_say():
    reading = read("Nite.Trian.1999.1080p.BluRay.x264-GRP.mkv", LibraryKind.MOVIE)
    nfo = read_nfo(b"<movie><title>Night Train</title><year>1998</year><tmdbid>9999</tmdbid></movie>")

    merged = with_nfo(reading, nfo)

    assert (merged.title, merged.year, merged.provider_ids) == ("Night Train", 1998, (("tmdb", "9999"),))
    assert merged.release == reading.release
    assert merged.confidence > reading.confidence
    assert any("NFO" in sentence for sentence in merged.evidence)


def test_a_link_alone_gives_an_id():
    reading = read("Night.Train.1998.mkv", LibraryKind.MOVIE)

    merged = with_nfo(reading, read_nfo(b"https://www.imdb.com/title/tt0120000/"))

    assert merged.provider_id("imdb") == "tt0120000"
    assert (merged.title, merged.year) == ("Night Train", 1998)


def test_an_episodes_nfo_gives_all_its_numbers_and_no_ids_of_the_series():
    reading = read("Night Shift/Season 1/abc.mkv", LibraryKind.EPISODE)
    nfo = read_nfo(
        b"<episodedetails><title>A</title><season>1</season><episode>5</episode><aired>2011-05-06</aired>"
        b'<uniqueid type="tvdb">111</uniqueid></episodedetails>'
        b"<episodedetails><title>B</title><season>1</season><episode>6</episode></episodedetails>"
    )

    merged = with_nfo(reading, nfo)

    assert (merged.season, merged.episodes, merged.air_date) == (1, (5, 6), date(2011, 5, 6))
    assert merged.episode_title == "A"
    assert merged.provider_ids == ()
    assert merged.title == "Night Shift"


def test_the_series_nfo_gives_title_year_and_ids():
    reading = read("NS/Season 1/NS S01E02.mkv", LibraryKind.EPISODE)
    nfo = read_nfo(
        b'<tvshow><title>Night Shift</title><year>2011</year><uniqueid type="tvdb">42</uniqueid></tvshow>'
    )

    merged = with_nfo(reading, nfo)

    assert (merged.title, merged.year, merged.provider_ids) == ("Night Shift", 2011, (("tvdb", "42"),))
    assert (merged.season, merged.episodes) == (1, (2,))


def test_one_element_for_a_double_episode():
    reading = read("NS/Season 1/NS S01E02.mkv", LibraryKind.EPISODE)
    nfo = read_nfo(
        b"<episodedetails><season>1</season><episode>2</episode><episodenumberend>3</episodenumberend></episodedetails>"
    )

    assert with_nfo(reading, nfo).episodes == (2, 3)
