"""An OpenID provider on a loopback port that does what it is told, as none that is certified would."""

import asyncio
import hmac
import json
import socket
import threading
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CLIENT_ID, SECRET = "marquee", "secret of 100% / + & ü"
Trouble = Callable[[], Awaitable[Response]]


class Provider:
    """claims, header: what its next ID tokens say beside, or instead of, what they should; None leaves one out.

    document: the same for what it says of itself. troubles: what it does at a path instead. asked: the paths that were
    asked for.
    """

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.published: list[Any] = [self.key.as_dict(private=False)]
        self.reset()

    def reset(self) -> None:
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.troubles: dict[str, Trouble] = {}
        self.asked: list[str] = []
        self.signing: Any = self.key
        self.published = [self.key.as_dict(private=False)]
        self._codes: dict[str, dict[str, str]] = {}

    def consent(self, url: str, **changes: str) -> dict[str, str]:
        """What the browser is sent back with, once somebody has agreed at `url`."""
        asked = dict(parse_qsl(urlsplit(url).query))
        code = token_urlsafe(16)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer} | changes

    def now(self) -> int:
        return int(time.time())

    def signed(self, claims: dict[str, Any]) -> str:
        header = _said({"alg": "RS256", "kid": "first"}, self.header)
        plain = ".".join(_b64(json.dumps(part).encode()) for part in (header, claims))
        if header["alg"] == "none":
            return f"{plain}."
        if header["alg"] == "HS256":
            # As if the public key were a shared secret; no library does that.
            pem = self.key.as_pem(private=False)
            return f"{plain}.{_b64(hmac.digest(pem, plain.encode(), sha256))}"
        return jwt.encode(header, claims, self.signing, algorithms=[header["alg"]])

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self._at(self._discovery)),
            Route("/jwks", self._at(self._jwks)),
            Route("/token", self._at(self._token), methods=["POST"]),
            Route("/me", self._at(self._me)),
        ]

    def _at(self, endpoint: Callable[[Request], Awaitable[Response]]) -> Any:
        async def answer(request: Request) -> Response:
            path = request.url.path
            self.asked.append(path)
            trouble = self.troubles.get(path)
            return await (trouble() if trouble else endpoint(request))

        return answer

    async def _discovery(self, _: Request) -> Response:
        known = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": True,
        }
        return JSONResponse(_said(known, self.document))

    async def _jwks(self, _: Request) -> Response:
        return JSONResponse({"keys": self.published})

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        if not _is_client(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        if asked is None or not _proves(asked, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access_token = "access"
        claims = {
            "iss": self.issuer,
            "sub": "alice",
            "aud": CLIENT_ID,
            "iat": self.now(),
            "exp": self.now() + 300,
            "nonce": asked["nonce"],
            "at_hash": _b64(sha256(access_token.encode()).digest()[:16]),
            "sid": "session-1",
        }
        id_token = self.signed(_said(claims, self.claims))
        return JSONResponse({"access_token": access_token, "token_type": "Bearer", "id_token": id_token})

    async def _me(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer access"
        return JSONResponse({"sub": self.claims.get("sub", "alice"), **self.userinfo})


def _said(known: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (known | changes).items() if value is not None}


def _is_client(request: Request, form: dict[str, str]) -> bool:
    given = request.headers.get("authorization", "").partition(" ")[2]
    wanted = [b64encode(f"{CLIENT_ID}:{_quoted(SECRET)}".encode()).decode()]
    return given in wanted or (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, SECRET)


def _quoted(text: str) -> str:
    quoted = "secret+of+100%25+%2F+%2B+%26+%C3%BC"
    assert unquote_plus(quoted) == text
    return quoted


def _proves(asked: dict[str, str], form: dict[str, str]) -> bool:
    shown = _b64(sha256(form.get("code_verifier", "").encode()).digest())
    return (
        shown == asked["code_challenge"]
        and asked["code_challenge_method"] == "S256"
        and form.get("redirect_uri") == asked["redirect_uri"]
        and form.get("grant_type") == "authorization_code"
    )


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


async def never() -> Response:
    await asyncio.sleep(60)
    return Response()


def saying(body: Any, status: int = 200, **headers: str) -> Trouble:
    async def answer() -> Response:
        if isinstance(body, (dict, list)):
            return JSONResponse(body, status, headers)
        return Response(body, status, {"content-type": "text/html"} | headers)

    return answer


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def providing() -> Iterator[Provider]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        provider = Provider(listener.getsockname()[1])
        site = Starlette(routes=provider.routes())
        config = uvicorn.Config(site, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = _Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            assert server.ready.wait(20)
            yield provider
        finally:
            server.should_exit = True
            thread.join(20)
    assert not thread.is_alive()
