"""The films of the demo library. Every title, name and plot in it is invented."""

from app.demo.films import english, unlabelled, world

FILMS = english.FILMS + world.FILMS + unlabelled.FILMS
