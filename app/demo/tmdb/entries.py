"""What the stand-in knows of one thing, and how it shows that in a language, with what is appended. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

Json = dict[str, Any]
# As TMDb names what nobody has named.
_NAMELESS = {"de": "Folge {}", "fr": "Épisode {}", "es": "Episodio {}", "ja": "第{}話"}
_NONE: Mapping[str, str] = {}
_PICTURES = ("posters", "backdrops", "logos", "stills")


@dataclass(frozen=True, slots=True)
class Entry:
    """details: as without a language. parts: what can be appended, by name.

    episodes: of a season, texts by language and number.
    """

    details: Json
    parts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    episodes: Mapping[str, Mapping[int, Mapping[str, str]]] = field(
        default_factory=dict[str, Mapping[int, Mapping[str, str]]]
    )

    def shown(self, language: str, appended: Iterable[str], pictures: frozenset[str] | None) -> Json:
        """language: BCP 47. pictures: of which languages (`null`: of none); all where that is None."""
        found = self.details | self._texts(language)
        if "episodes" in found:
            found["episodes"] = [self._episode(each, language) for each in found["episodes"]]
        parts = {name: self.part(name, pictures) for name in appended if name in self.parts}
        return found | parts

    def part(self, name: str, pictures: frozenset[str] | None = None) -> Json:
        value = self.parts[name]
        if name != "images" or pictures is None:
            return value
        return {
            kind: [each for each in value.get(kind, []) if (each["iso_639_1"] or "null") in pictures]
            for kind in _PICTURES
            if kind in value
        }

    @property
    def names(self) -> tuple[str, ...]:
        """All by which it is found."""
        translated = [data.get("title") or data.get("name") for _, data in self._translations()]
        own = [self.details.get(name) for name in ("title", "name", "original_title", "original_name")]
        return tuple(dict.fromkeys(each for each in (*own, *translated) if each))

    def _texts(self, language: str) -> Json:
        """A title falls back to the original, other texts to nothing."""
        tag = language.partition("-")[0]
        data = dict(self._translations()).get(tag, _NONE)
        kept = "title" if "title" in self.details else "name"
        texts = {"overview": data.get("overview", ""), "tagline": data.get("tagline", "")}
        texts = {name: text for name, text in texts.items() if name in self.details}
        title = data.get("title") or data.get("name") or self.details.get(f"original_{kept}")
        return texts | ({kept: title} if title else {})

    def _translations(self) -> list[tuple[str, Mapping[str, str]]]:
        listed = cast("list[Json]", self.parts.get("translations", {}).get("translations", []))
        return [(each["iso_639_1"], each["data"]) for each in listed]

    def _episode(self, found: Json, language: str) -> Json:
        tag, number = language.partition("-")[0], found["episode_number"]
        texts = self.episodes.get(tag, {}).get(number, {})
        nameless = _NAMELESS.get(tag, "Episode {}").format(number)
        return found | {"name": texts.get("name") or nameless, "overview": texts.get("overview", "")}
