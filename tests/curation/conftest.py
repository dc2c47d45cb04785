"""Libraries of real files to decide about."""

from tests.library.conftest import clip as clip
