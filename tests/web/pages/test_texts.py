"""The texts: every one in every language, with the same placeholders, and in the one that is wanted."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.access.permissions import MEANINGS
from app.core.app import App
from app.identity.sso_problems import MESSAGES
from app.web.pages import sign_in
from app.web.pages.frame import page
from app.web.pages.texts import ENGLISH, LANGUAGES, language_of, texts_in, translations
from tests import given
from tests.web.pages.conftest import Person, at_a_browser, text_of

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "app/web/pages"
# Whose errors pages show; those of the rest are of the graph alone.
SHOWN = (
    "accounts", "api_tokens", "device_sign_in", "email_changes", "errors", "factors", "lockout", "names",
    "passkey_writes", "passkeys", "password_resets", "password_rules", "passwords", "pending", "rates",
    "registration", "sign_in", "step_up",
)  # fmt: skip
ERRORS = {"Invalid": 1, "Conflict": 0, "Denied": 0, "RateLimited": 0, "StepUpRequired": 0, "Unknown": 0}
# What scripts alone can send, and what the pages' own choices rule out.
NEVER_SHOWN = {
    "Send it as application/json.",
    "Send the form as application/x-www-form-urlencoded.",
    "That is no JSON object.",
    "That is no JSON.",
    "A token can't have expired before it is made.",
    "The name of a device has 1 to {} characters.",
    "Many devices wait to be signed in. Try again later.",
    "Too many failed attempts. {}",
}
OTHERS = [each for each in LANGUAGES if each != ENGLISH]


def said_by_pages() -> Iterator[str]:
    """What templates and code hand to `t`, as literals."""
    for path in (PAGES / "templates").glob("*.html"):
        yield from re.findall(r'\bt\("((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8"))
    for path in [*PAGES.glob("*.py"), PAGES.parent / "sso.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "t":
                [words, *_] = node.args
                assert isinstance(words, ast.Constant), f"{path.name}: {ast.unparse(node)}"
                yield words.value


def said_by_errors() -> Iterator[str]:
    for path in [*(ROOT / f"app/identity/{name}.py" for name in SHOWN), *PAGES.glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name), args=args) if len(args) > ERRORS.get(name, 9):
                    yield from _words(args[ERRORS[name]])
                case ast.Call(func=ast.Attribute(attr="__init__"), args=[words, *_]):
                    yield from _words(words)
                case _:
                    pass


def _words(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(words)):
            yield words
        case ast.JoinedStr(values=values):
            yield "".join(each.value if isinstance(each, ast.Constant) else "{}" for each in values)
        case _:
            pass


def without_names(words: str) -> str:
    return re.sub(r"\{\w+\}", "{}", words)


TEXTS = {*said_by_pages(), *MESSAGES.values(), *MEANINGS.values(), *sign_in.NOTICES.values()}


def test_the_texts_are_found():
    assert len(TEXTS) > 200
    assert {"Sign in", "Set up Marquee", "Sign in first."} <= TEXTS | set(said_by_errors())


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_text(language: str):
    known = translations(language)

    assert TEXTS - known.keys() == set()
    errors = {without_names(each) for each in said_by_errors()} - NEVER_SHOWN
    assert errors - {without_names(each) for each in known} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_fills_in_the_same(language: str):
    for english, translated in translations(language).items():
        assert translated.strip() == translated != ""
        wanted = sorted(re.findall(r"\{(\w*)\}", english))
        assert sorted(re.findall(r"\{(\w*)\}", translated)) == wanted, english


def test_all_languages_have_the_same_texts():
    [first, *others] = [list(translations(each)) for each in OTHERS]

    assert all(other == first for other in others)


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ((), "en"),
        (("de",), "de"),
        (("de-AT", "en"), "de"),
        (("pt-BR", "fr-CA"), "fr"),
        (("xx", "ja"), "ja"),
        (("en-GB", "de"), "en"),
    ],
)
def test_the_first_language_that_we_have_is_taken(wanted: tuple[str, ...], language: str):
    assert language_of(wanted) == language


def test_what_is_filled_in_is_escaped():
    assert texts_in("de")("You are {name}.", name="<b>") == "Du bist &lt;b&gt;."
    assert (
        "<b>"
        not in bytes(page("refused", text="There is no passkey <b>.", link="/", language="fr").body).decode()
    )


def test_what_an_error_says_is_found_with_what_it_names():
    said = texts_in("de").said

    assert said("A password has at least 8 characters.") == "Ein Passwort hat mindestens 8 Zeichen."
    assert said("There is no device with the code {0}.") == "Es gibt kein Gerät mit dem Code {0}."
    assert said("Of this nobody knows.") == "Of this nobody knows."


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_is_in_the_language_that_the_browser_asks_for(app: App, stranger: Person, language: str):
    await given.user(app)

    shown = await stranger.sees("/sign-in", **{"accept-language": f"{language}-XX, en;q=0.1"})

    assert f'<html lang="{language}">' in shown.text
    assert shown.headers["content-language"] == language
    assert "Accept-Language" in shown.headers["vary"]
    assert texts_in(language)("Sign in with a passkey") in shown.text


async def test_what_the_profile_says_outweighs_the_browser(app: App, person: Person):
    await app.db.run(text("UPDATE identity.users SET language = 'ja'"))
    async with at_a_browser(app, await given.token(app, person.user_id, in_browser=True)) as browser:
        shown = await Person(browser).sees("/account", **{"accept-language": "de"})

    assert '<html lang="ja">' in shown.text


async def test_what_is_refused_is_told_in_the_same_language(app: App, stranger: Person):
    await given.user(app)
    stranger.browser.headers["accept-language"] = "es"

    form = await stranger.sends("/sign-in", name="Ada", password="wrong")
    script = await stranger.asks("/sign-in/passkey", {})

    assert "El nombre o la contraseña no son correctos." in text_of(form)
    assert script.json()["message"] == "No hay respuesta de ninguna llave de acceso."
