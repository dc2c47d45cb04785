"""Film files gathered into films, versions and parts."""

from app.identify.group import Film, films
from app.identify.kinds import LibraryKind
from app.identify.parse import read


def grouped(*paths: str) -> list[Film]:
    return films([(path, read(path, LibraryKind.MOVIE)) for path in paths])


def test_editions_and_qualities_are_versions_of_one_film():
    folder = "Stormlight (2009)"
    paths = (
        f"{folder}/Stormlight (2009) - 1080p.mkv",
        f"{folder}/Stormlight (2009) - 2160p.mkv",
        f"{folder}/Stormlight (2009) {{edition-Director's Cut}}.mkv",
    )

    (film,) = grouped(*paths)

    assert (film.reading.title, film.reading.year) == ("Stormlight", 2009)
    assert [(version.edition, version.paths) for version in film.versions] == [
        (None, paths[:1]),
        (None, paths[1:2]),
        ("Director's Cut", paths[2:]),
    ]


def test_parts_are_one_version_in_their_order():
    (film,) = grouped(
        "Stormlight (2009)/Stormlight (2009) cd2.avi", "Stormlight (2009)/Stormlight (2009) cd1.avi"
    )

    (version,) = film.versions
    assert version.paths == (
        "Stormlight (2009)/Stormlight (2009) cd1.avi",
        "Stormlight (2009)/Stormlight (2009) cd2.avi",
    )


def test_an_id_joins_titles_and_parts_namesakes():
    joined = grouped("Stormlight {tmdb-1}.mkv", "Sturmlicht {tmdb-1}.mkv")
    parted = grouped(
        "Stormlight (2009) {tmdb-1}.mkv", "Stormlight (2009) {tmdb-2}.mkv", "Stormlight (2009).mkv"
    )

    assert len(joined) == 1
    assert [len(film.versions) for film in parted] == [2, 1]


def test_a_remake_is_another_film():
    assert len(grouped("Stormlight (1969).mkv", "Stormlight (2009).mkv")) == 2
