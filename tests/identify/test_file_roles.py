"""What files are for, from their paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identify.files import ExtraKind, FileRole, classify, extra_kind

VIDEOS = """
Sample People (1999).mkv
Sample.People.1999.1080p.mkv
Free Sample (2012)/Free.Sample.2012.mkv
Trailer Park Boys/Season 1/Trailer Park Boys - S01E01 - Take Your Little Gun.mkv
Extras/Season 1/Extras - S01E01 - Ben Stiller.mkv
Extras (2005)/Season 1/S01E01.mkv
Shorts/La Luna (2011)/La Luna (2011).mkv
Shorts (2009)/Shorts (2009).mkv
The Interview (2014).mkv
Scenes from a Marriage/Season 1/S01E01.mkv
Other People (2016)/Other People (2016).mkv
Show/Season 1/Show - S01E05 - Interview.mkv
The Trailer (2019)/The.Trailer.2019.mkv
Clip (2012)/Clip (2012).mkv
Show/Specials/S00E01 - Making Of.mkv
Film (2001)/VIDEO_TS/VTS_01_1.VOB
Deleted/Deleted.2020.mkv
"""
ROLES = {
    FileRole.SAMPLE: """
Film.2001.1080p.x264-GRP/Sample/film-sample.mkv
Film (2001)/sample.mkv
Film (2001)/Film (2001)-sample.mkv
Film.2001.1080p.BluRay.x264-GRP/sample-film.1080p.mkv
Film.2001.1080p.sample.x264-GRP.mkv
Film.2001.1080p.BluRay.x264-GRP.sample.mkv
Show/Season 1/Sample/show.s01e01.mkv
""",
    FileRole.TRAILER: """
Film (2001)/Film (2001)-trailer.mp4
Film (2001)/Trailers/Teaser.mkv
Film (2001)/trailer.mp4
Film (2001)/Film (2001) - Official Trailer.mkv
Film.2001.1080p.trailer.mkv
Show/Trailers/Season 2.mp4
Film (2001)/Film-trailer2.mkv
""",
    FileRole.EXTRA: """
Film (2001)/Featurettes/The Stunts.mkv
Film (2001)/Behind The Scenes/Day 1.mkv
Film (2001)/Deleted Scenes/Kitchen.mkv
Film (2001)/Extras/More/Outtakes.mkv
Film (2001)/The Stunts-featurette.mkv
Film (2001)/Kitchen-deleted.mkv
Show/Season 1/Extras/Gag Reel.mkv
Show/Season 1/[Group] Show - NCOP1 [1080p].mkv
Film (2001)/Shorts/Bonus.mkv
""",
    FileRole.PARTIAL: """
Film (2001)/Film.mkv.part
Film (2001)/Film.mkv.crdownload
Film (2001)/Film.mkv.!qB
Film (2001)/Film.mkv.!ut
Film (2001)/Film.tmp
Film (2001)/Film.mkv.partial~
""",
    FileRole.HIDDEN: """
.DS_Store
Film (2001)/._Film.mkv
@eaDir/Film.mkv/SYNOVIDEO.mkv
Film (2001)/.hidden/Film.mkv
$RECYCLE.BIN/Film.mkv
Film (2001)/Film.trickplay/320 - 10x10/0.jpg
Film (2001)/Thumbs.db
lost+found/Film.mkv
Film (2001)/.ignore
""",
    FileRole.SUBTITLE: "Film (2001)/Film.en.srt\nFilm (2001)/Subs/2_English.sup\nFilm/Film.idx",
    FileRole.NFO: "Film (2001)/movie.nfo\ntvshow.NFO",
    FileRole.IMAGE: "Film (2001)/poster.JPG\nfanart.webp",
    FileRole.OTHER: "Film (2001)/readme.txt\nFilm (2001)/Film\nFilm (2001)/Film.iso\nMr. Robot",
    FileRole.VIDEO: VIDEOS,
}
KINDS = {
    "Film (2001)/Behind The Scenes/Day 1.mkv": ExtraKind.BEHIND_THE_SCENES,
    "Film (2001)/Day 1-behindthescenes.mkv": ExtraKind.BEHIND_THE_SCENES,
    "Film (2001)/Deleted Scenes/Kitchen.mkv": ExtraKind.DELETED_SCENE,
    "Film (2001)/Kitchen-deletedscene.mkv": ExtraKind.DELETED_SCENE,
    "Film (2001)/Interviews/Director.mkv": ExtraKind.INTERVIEW,
    "Film (2001)/Director-interview.mkv": ExtraKind.INTERVIEW,
    "Film (2001)/Stunts-featurette.mkv": ExtraKind.FEATURETTE,
    "Film (2001)/Fight-scene.mkv": ExtraKind.SCENE,
    "Film (2001)/Scenes/Fight.mkv": ExtraKind.SCENE,
    "Film (2001)/Luna-short.mkv": ExtraKind.SHORT,
    "Film (2001)/Odds-other.mkv": ExtraKind.OTHER,
    "Film (2001)/Film-trailer.mkv": ExtraKind.TRAILER,
    "Film (2001)/Film (2001).mkv": None,
    "Film (2001)/Film (2001)-sample.mkv": None,
}


@pytest.mark.parametrize(
    ("path", "role"), [(path, role) for role, paths in ROLES.items() for path in paths.strip().splitlines()]
)
def test_a_path_tells_the_role(path: str, role: FileRole):
    assert classify(path) is role


@pytest.mark.parametrize(("path", "kind"), KINDS.items())
def test_an_extra_tells_its_kind(path: str, kind: ExtraKind | None):
    assert extra_kind(path) is kind


@given(st.text(max_size=200))
def test_any_path_has_a_role(path: str):
    assert isinstance(classify(path), FileRole)
    assert extra_kind(path) is None or isinstance(extra_kind(path), ExtraKind)
