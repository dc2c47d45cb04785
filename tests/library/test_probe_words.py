"""What the titles of tracks say."""

import pytest

from app.library import roles


@pytest.mark.parametrize(
    "title", ["Director's Commentary", "Audiokommentar", "Commentaire audio", "解説", "Comentarios"]
)
def test_commentaries_are_named_in_many_languages(title):
    assert roles.is_commentary(title)


@pytest.mark.parametrize("title", [None, "Stereo", "No Comment", "Recommended mix"])
def test_other_tracks_are_no_commentaries(title):
    assert not roles.is_commentary(title)


@pytest.mark.parametrize(
    "title", ["English [SDH]", "English (CC)", "Sourds et malentendants", "für Hörgeschädigte"]
)
def test_subtitles_for_the_hard_of_hearing(title):
    assert roles.is_hearing_impaired(title)


@pytest.mark.parametrize("title", [None, "English", "Chinese", "Accents", "History"])
def test_other_subtitles_are_for_everyone(title):
    assert not roles.is_hearing_impaired(title)


@pytest.mark.parametrize(
    "title", ["Forced", "English (Forced)", "Français forcés", "Signs & Songs", "FORZADOS"]
)
def test_forced_subtitles(title):
    assert roles.is_forced(title)


@pytest.mark.parametrize(
    "title", [None, "Full", "Non-Forced", "not forced", "Reinforced", "Unforced", "Signature"]
)
def test_full_subtitles(title):
    assert not roles.is_forced(title)
