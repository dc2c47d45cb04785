"""Every slice's tables, for Alembic."""

from app.access import bound_tables as bounds
from app.access import tables as access
from app.activity import tables as activity
from app.catalog.collections import tables as collections
from app.catalog.identity import tables as identity
from app.catalog.movies import tables as movies
from app.catalog.people import tables as people
from app.catalog.taxonomy import tables as taxonomy
from app.catalog.tv import tables as tv
from app.core import http_tables as http
from app.core import tables as core
from app.core.db import Base
from app.curation import tables as curation
from app.identity import api_token_tables as api_tokens
from app.identity import device_tables as devices
from app.identity import factor_tables as factors
from app.identity import lockout_tables as lockout
from app.identity import registration_tables as registration
from app.identity import session_tables as sessions
from app.identity import sso_tables as sso
from app.identity import tables as accounts
from app.images import tables as images
from app.library import duplicate_tables as duplicates
from app.library import image_tables as taken_images
from app.library import scan_tables as scans
from app.library import tables as library
from app.library import watch_tables as watching
from app.mail import tables as mail
from app.metadata import detail_tables as details
from app.metadata import guess_tables as metadata_guesses
from app.metadata import link_tables as metadata_links
from app.metadata import look_tables as metadata_looks
from app.metadata import tables as metadata_choices
from app.settings import tables as settings

SLICES = (
    core,
    http,
    activity,
    accounts,
    access,
    sessions,
    registration,
    lockout,
    api_tokens,
    factors,
    sso,
    devices,
    settings,
    mail,
    images,
    bounds,
    people,
    taxonomy,
    movies,
    tv,
    collections,
    identity,
    library,
    scans,
    watching,
    duplicates,
    taken_images,
    curation,
    metadata_choices,
    metadata_looks,
    metadata_links,
    metadata_guesses,
    details,
)
metadata = Base.metadata
