"""Making an account by pages: openly, by an invitation, and by the link of a letter."""

import pytest
from sqlalchemy import text

from app.access.builtin import ADMIN, GUEST
from app.access.viewer import marquee
from app.core.app import App
from app.identity import invitations
from app.identity.invitations import Draft
from tests import given
from tests.identity.letterbox import CHEAP, POST, letters, settings
from tests.web.pages.conftest import Person, text_of

PASSWORD = "three words and a half"
ADA = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}
USERS = text("SELECT name FROM identity.users ORDER BY id")


@pytest.fixture(autouse=True)
async def mother(app: App) -> None:
    """Somebody set the server up; mail is sent."""
    await given.user(app, "Mother", roles=[ADMIN])
    await settings(app, **CHEAP, **POST)


async def names(app: App) -> list[str]:
    return [row["name"] for row in await app.db.rows(USERS)]


async def invited(app: App, **draft: object) -> str:
    made = await invitations.invite(app, marquee(), Draft((GUEST,), **draft))
    if made.token is not None:
        return made.token
    [letter] = await letters(app)
    return letter.token


async def test_an_account_is_made_once_the_letters_link_is_confirmed(app: App, stranger: Person):
    await settings(app, registration_mode="open")
    page = await stranger.sees("/register")
    asked = await stranger.sends("/register", **ADA)
    early = await stranger.sends("/sign-in", name="Ada", password=PASSWORD)
    [letter] = await letters(app)
    link = f"{letter.path.removeprefix('/marquee')}?token={letter.token}"
    looked = [await stranger.sees(link) for _ in range(2)]
    made = await stranger.sends("/verify", token=letter.token)
    welcome = await stranger.sees(made.headers["location"])
    entered = await stranger.sends("/sign-in", name="Ada", password=PASSWORD)

    assert page.status_code == 200
    assert "ada@example.org" in text_of(asked)
    assert early.status_code == 403
    assert "Open the link in the letter" in text_of(early)
    assert 'action="/resend"' in early.text
    assert [each.status_code for each in looked] == [200, 200]
    assert made.headers["location"] == "/sign-in?said=verified"
    assert "Your address is confirmed" in text_of(welcome)
    assert entered.headers["location"] == "/graphiql"


async def test_a_link_is_confirmed_once(app: App, stranger: Person):
    await settings(app, registration_mode="open")
    await stranger.sends("/register", **ADA)
    [letter] = await letters(app)
    await stranger.sends("/verify", token=letter.token)

    answers = [
        await stranger.sends("/verify", token=letter.token),
        await stranger.sees(f"/verify?token={letter.token}"),
    ]

    assert [each.status_code for each in answers] == [404, 404]
    assert "good no more" in text_of(answers[0])


async def test_an_address_that_has_an_account_gets_the_same_answer(app: App, stranger: Person):
    await settings(app, registration_mode="open")
    await given.user(app, "Known", email="known@example.org", email_key="known@example.org")

    unknown = await stranger.sends("/register", **ADA)
    known = await stranger.sends("/register", **ADA | {"name": "Eve", "email": "known@example.org"})

    assert known.status_code == unknown.status_code == 200
    assert text_of(known) == text_of(unknown).replace("ada@", "known@")
    assert sorted(each.template for each in await letters(app)) == ["registered_already", "verify_address"]


async def test_the_letter_is_sent_again_and_nobody_is_told_to_whom(app: App, stranger: Person):
    await settings(app, registration_mode="open")
    await stranger.sends("/register", **ADA)
    await letters(app)

    waiting = await stranger.sends("/resend", name="Ada")
    nobody = await stranger.sends("/resend", name="Eve")

    assert waiting.status_code == nobody.status_code == 200
    assert text_of(waiting) == text_of(nobody)
    assert [each.to for each in await letters(app)] == ["ada@example.org"]


@pytest.mark.parametrize(
    ("fields", "wrong", "status"),
    [
        ({"name": " "}, "name", 400),
        ({"email": ""}, "email", 400),
        ({"email": "nowhere"}, "email", 400),
        ({"password": "short"}, "password", 400),
        ({"password": "password"}, "password", 400),
    ],
    ids=str,
)
async def test_what_cannot_be_taken_is_told_at_its_field(
    app: App, stranger: Person, fields: dict[str, str], wrong: str, status: int
):
    await settings(app, registration_mode="open")

    refused = await stranger.sends("/register", **ADA | fields)

    assert refused.status_code == status
    assert f'href="#{wrong}"' in refused.text
    marked = refused.text.partition(f'id="{wrong}"')[2].partition(">")[0]
    assert 'aria-invalid="true"' in marked
    assert "problem" in marked.partition('aria-describedby="')[2].partition('"')[0]
    assert PASSWORD not in refused.text


async def test_a_name_that_is_taken_may_be_told(app: App, stranger: Person):
    await settings(app, registration_mode="open")

    refused = await stranger.sends("/register", **ADA | {"name": "mother"})

    assert refused.status_code == 409
    assert "There is an account with the name mother already." in text_of(refused)


@pytest.mark.parametrize(("mode", "said"), [("closed", "Nobody makes"), ("invitation", "by invitation")])
async def test_where_nobody_may_register_the_page_says_so(app: App, stranger: Person, mode: str, said: str):
    await settings(app, registration_mode=mode)

    page = await stranger.sees("/register")
    sent = await stranger.sends("/register", **ADA)

    assert said in text_of(page)
    assert "<form" not in page.text
    assert sent.status_code == 403
    assert await names(app) == ["Mother"]


@pytest.mark.parametrize(
    ("values", "links"),
    [
        ({"registration_mode": "open"}, ["/forgot", "/register"]),
        ({"registration_mode": "invitation"}, ["/forgot"]),
        ({"registration_mode": "open", "mail_host": ""}, ["/register"]),
        ({"mail_host": ""}, []),
    ],
    ids=str,
)
async def test_the_sign_in_page_leads_only_to_what_works(
    app: App, stranger: Person, values: dict[str, str], links: list[str]
):
    await settings(app, **values)

    page = await stranger.sees("/sign-in")

    assert [path for path in ("/forgot", "/register") if f'href="{path}"' in page.text] == links


async def test_an_invitation_makes_an_account_and_lets_in(app: App, stranger: Person):
    await settings(app, registration_mode="invitation", registration_verification="never")
    token = await invited(app)
    looked = [await stranger.sees(f"/invitation?token={token}") for _ in range(2)]

    made = await stranger.sends("/invitation", token=token, name="Ada", email="", password=PASSWORD)
    again = await stranger.sends("/invitation", token=token, name="Eve", email="", password=PASSWORD)

    assert [each.status_code for each in looked] == [200, 200]
    assert made.headers["location"] == "/graphiql"
    assert again.status_code == 404
    assert await names(app) == ["Mother", "Ada"]


async def test_an_invitation_by_letter_is_for_its_address_alone(app: App, stranger: Person):
    await settings(app, registration_mode="invitation")
    token = await invited(app, email="ada@example.org")
    page = await stranger.sees(f"/invitation?token={token}")

    other = await stranger.sends("/invitation", token=token, **ADA | {"email": "eve@example.org"})
    made = await stranger.sends("/invitation", token=token, name="Ada", password=PASSWORD)

    assert "Your address is ada@example.org" in text_of(page)
    assert 'name="email"' not in page.text
    assert other.status_code == 400
    assert made.headers["location"] == "/graphiql"


@pytest.mark.parametrize("token", ["", "mqo_x", "%00"])
async def test_a_link_that_is_none_is_told_so(app: App, stranger: Person, token: str):
    await settings(app, registration_mode="invitation")

    answers = [await stranger.sees(f"/{path}?token={token}") for path in ("invitation", "verify")]

    assert [each.status_code for each in answers] == [404, 404]


async def test_a_link_stays_out_of_referrers_and_caches(app: App, stranger: Person):
    await settings(app, registration_mode="invitation")

    page = await stranger.sees(f"/invitation?token={await invited(app)}")

    assert page.headers["referrer-policy"] == "strict-origin"
    assert page.headers["cache-control"] == "no-store"


async def test_another_sites_form_makes_no_account(app: App, stranger: Person):
    await settings(app, registration_mode="open")

    answer = await stranger.browser.post("/register", data=ADA, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert await letters(app) == []


async def test_an_account_is_made_in_the_language_of_the_browser(app: App, stranger: Person):
    await settings(app, registration_mode="open")
    stranger.browser.headers["accept-language"] = "de-AT, en;q=0.5"

    await stranger.sends("/register", **ADA)

    [letter] = await letters(app)
    assert letter.language == "de"
