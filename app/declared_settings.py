"""Every slice's settings, for those who have to know them all."""

from app.identity import (
    housekeeping,
    lifetimes,
    lockout,
    networks,
    passwords,
    rates,
    registration_terms,
    second_step,
    step_up,
)
from app.mail import settings as mail
from app.metadata import settings as metadata
from app.settings.registry import check_environment, complaints

SLICES = (
    housekeeping,
    lifetimes,
    lockout,
    mail,
    metadata,
    networks,
    passwords,
    rates,
    registration_terms,
    second_step,
    step_up,
)

__all__ = ["SLICES", "check_environment", "complaints"]
