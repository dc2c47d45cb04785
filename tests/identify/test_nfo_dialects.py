"""NFO files in the dialects of Kodi and Jellyfin, and files that only pretend."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identify.nfo import Actor, Collection, NfoInvalid, Rating, read_nfo

KODI_MOVIE = """<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>
<movie>
    <title>Der Leuchtturm</title>
    <originaltitle>The Lighthouse Keeper</originaltitle>
    <sorttitle>Leuchtturm</sorttitle>
    <ratings>
        <rating name="imdb" max="10" default="true"><value>7.4</value><votes>12,345</votes></rating>
        <rating name="tomatometerallcritics" max="100"><value>91</value><votes>210</votes></rating>
    </ratings>
    <userrating>8</userrating>
    <outline>Short.</outline>
    <plot>Two keepers &amp; a storm.</plot>
    <tagline>Keep the light.</tagline>
    <runtime>109</runtime>
    <thumb aspect="poster">https://example.org/p.jpg</thumb>
    <mpaa>US:R / DE:FSK 16</mpaa>
    <uniqueid type="tmdb" default="true">503919</uniqueid>
    <uniqueid type="imdb">tt7984734</uniqueid>
    <genre>Drama</genre>
    <genre>Horror / Mystery</genre>
    <country>Canada</country>
    <set><name>Light Collection</name><overview>All of them.</overview></set>
    <tag>sea</tag>
    <credits>Ann Writer</credits>
    <director>Bob Director</director>
    <premiered>2019-10-18</premiered>
    <studio>Grey House</studio>
    <actor><name>Carl Actor</name><role>Keeper</role><order>1</order><thumb>x</thumb></actor>
    <actor><name>Dan Actor</name><role>Young</role><order>0</order></actor>
    <actor><name></name><role>Nobody</role></actor>
    <fileinfo><streamdetails><video><codec>h264</codec></video></streamdetails></fileinfo>
</movie>
"""
JELLYFIN_MOVIE = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<movie>
  <plot><![CDATA[A <b>bold</b> plot.]]></plot>
  <lockdata>false</lockdata>
  <title>Night Train</title>
  <director>Eve Director</director>
  <writer>Fay Writer</writer>
  <credits>Fay Writer</credits>
  <rating>6.9</rating>
  <year>1998</year>
  <mpaa>PG-13</mpaa>
  <imdbid>tt0120000</imdbid>
  <tmdbid>9999</tmdbid>
  <premiered>1998-02-30</premiered>
  <releasedate>1998-03-01</releasedate>
  <runtime>97 min</runtime>
  <set tmdbcolid="77">Train Collection</set>
  <edition>Director's Cut</edition>
</movie>"""
TWO_EPISODES = """<episodedetails>
  <title>First Half</title><showtitle>Night Shift</showtitle><season>1</season><episode>5</episode>
  <aired>2011-05-06</aired><uniqueid type="tvdb">111</uniqueid><displayseason>2</displayseason>
</episodedetails>
<episodedetails>
  <title>Second Half</title><season>1</season><episode>6</episode><absolute_number>18</absolute_number>
</episodedetails>
"""


def test_a_film_as_kodi_exports_it():
    movie = read_nfo(KODI_MOVIE.encode()).movie

    assert movie is not None
    work = movie.work
    assert (work.title, work.original_title, work.sort_title) == (
        "Der Leuchtturm",
        "The Lighthouse Keeper",
        "Leuchtturm",
    )
    assert (work.tagline, work.plot) == ("Keep the light.", "Two keepers & a storm.")
    assert (work.year, work.released_on, work.runtime_min) == (2019, date(2019, 10, 18), 109)
    assert work.certifications == (("US", "R"), ("DE", "FSK 16"))
    assert work.genres == ("Drama", "Horror", "Mystery")
    assert (work.countries, work.studios, work.tags) == (("Canada",), ("Grey House",), ("sea",))
    assert work.ratings == (Rating("imdb", 7.4, 12345), Rating("rottentomatoes", 9.1, 210))
    assert work.ids == (("imdb", "tt7984734"), ("tmdb", "503919"))
    assert work.actors == (Actor("Carl Actor", "Keeper", 1), Actor("Dan Actor", "Young", 0))
    assert (work.directors, work.writers) == (("Bob Director",), ("Ann Writer",))
    assert movie.collection == Collection("Light Collection", "All of them.")


def test_a_film_as_jellyfin_saves_it():
    movie = read_nfo(JELLYFIN_MOVIE.encode()).movie

    assert movie is not None
    assert movie.work.plot == "A <b>bold</b> plot."
    assert movie.work.ids == (("imdb", "tt0120000"), ("tmdb", "9999"))
    assert movie.work.released_on == date(1998, 3, 1)
    assert (movie.work.runtime_min, movie.work.writers) == (97, ("Fay Writer",))
    assert movie.work.ratings == (Rating("default", 6.9),)
    assert movie.collection == Collection("Train Collection", None, "77")
    assert (movie.edition, movie.work.certification) == ("Director's Cut", "PG-13")


def test_a_series_and_a_season():
    series = read_nfo(
        b"<tvshow><title>Night Shift</title><id>81189</id><status>Ended</status></tvshow>"
    ).series
    season = read_nfo(b"<season><title>Season 2</title><seasonnumber>2</seasonnumber></season>").season

    assert series is not None
    assert (series.work.title, series.work.ids, series.status) == (
        "Night Shift",
        (("tvdb", "81189"),),
        "Ended",
    )
    assert season is not None
    assert (season.season, season.work.title) == (2, "Season 2")


def test_several_episodes_in_one_file():
    first, second = read_nfo(TWO_EPISODES.encode()).episodes

    assert (first.season, first.episode, first.series_title) == (1, 5, "Night Shift")
    assert (first.work.title, first.work.released_on, first.display_season) == (
        "First Half",
        date(2011, 5, 6),
        2,
    )
    assert (second.episode, second.absolute, second.work.title) == (6, 18, "Second Half")


def test_a_link_behind_the_xml_and_a_link_alone():
    behind = read_nfo(
        b"<movie><title>X</title><trailer>imdb.com/title/tt9999999</trailer></movie>\nhttps://www.themoviedb.org/movie/603-the-matrix"
    )
    alone = read_nfo(b"https://www.imdb.com/title/tt0133093/\n")
    tvdb = read_nfo(b"http://thetvdb.com/?tab=series&id=81189&lid=7")

    assert behind.linked_ids == (("tmdb", "603"),)
    assert behind.movie is not None
    assert alone.linked_ids == (("imdb", "tt0133093"),)
    assert tvdb.linked_ids == (("tvdb", "81189"),)


@pytest.mark.parametrize(
    "data",
    [
        '<?xml version="1.0" encoding="utf-16"?><movie><title>Amélie</title></movie>'.encode(),
        "\ufeff<movie><title>Amélie</title></movie>".encode(),
        '<?xml version="1.0" encoding="UTF-16"?><movie><title>Amélie</title></movie>'.encode("utf-16"),
        "<movie><title>Amélie</title></movie>".encode("utf-16-le"),
        '<?xml version="1.0" encoding="utf-8"?><movie><title>Amélie</title></movie>'.encode("latin-1"),
        '<?xml version="1.0" encoding="iso-8859-1"?><movie><title>Amélie</title></movie>'.encode("latin-1"),
        '<?xml version="1.0" encoding="klingon"?><movie><title>Amélie</title></movie>'.encode("latin-1"),
        '<?xml version="1.0" encoding="rot13"?><movie><title>Amélie</title></movie>'.encode("latin-1"),
    ],
)
def test_the_declared_encoding_is_not_believed_blindly(data: bytes):
    movie = read_nfo(data).movie

    assert movie is not None
    assert movie.work.title == "Amélie"


def test_what_broken_tools_write_is_read():
    movie = read_nfo(
        b"\n\n  <movie><title>Tom & Jerry\x0b</title><year>0</year><runtime>0</runtime></movie>"
    ).movie

    assert movie is not None
    assert (movie.work.title, movie.work.year, movie.work.runtime_min) == ("Tom & Jerry", None, None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just text",
        b"<html><body>no</body></html>",
        b"<movie><title>never closed",
        b"<movie><title>crossed</movie></title>",
        b'<!DOCTYPE movie [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><movie><title>&b;</title></movie>',
        b'<!DOCTYPE movie [<!ENTITY x SYSTEM "file:///etc/passwd">]><movie><title>&x;</title></movie>',
        b"\x00\x01\x02\xff\xfe",
        b"<movie>" + b"<a>" * 200_000,
        b"<episodedetails><season>1</season></episodedetails>" * 20_000,
        b"<!DOCTYPE movie [" * 100_000,
    ],
)
def test_what_is_no_nfo_is_refused(data: bytes):
    with pytest.raises(NfoInvalid):
        read_nfo(data)


def test_a_huge_file_is_refused_unread():
    with pytest.raises(NfoInvalid, match="larger"):
        read_nfo(b"<movie>" + b" " * 4_000_001 + b"</movie>")


def wrapped(text: str) -> bytes:
    return f"<movie><id>{text}</id>{text}</movie>".encode(errors="replace")


@given(st.binary(max_size=300) | st.text(max_size=200).map(wrapped))
def test_any_bytes_are_read_or_refused(data: bytes):
    with suppress(NfoInvalid):
        found = read_nfo(data)

        assert found.movie or found.series or found.season or found.episodes or found.linked_ids
