"""A server that speaks S3's wire format, as far as Marquee does: signed requests, pages of lists, deletes of many."""

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

REGION = "eu-central-1"
KEY_ID, SECRET = "marquee", "a secret of S3"
KEY = {"s3_access_key_id": KEY_ID, "s3_secret_access_key": SECRET}
BUCKET = "marquee"
PAGE = 3
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<scope>[^,]+), ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>\w+)"
)


class S3Server(ThreadingHTTPServer):
    """objects: content by key, with the time of its last change. failures: statuses to answer with before any other."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.failures: list[int] = []
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def s3_server() -> Iterator[S3Server]:
    server = S3Server()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: S3Server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def _begun(self) -> tuple[str, dict[str, str], bytes] | None:
        """The key, the query and the body; None where an answer was sent that is the last word."""
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.requests.append(f"{self.command} {self.path}")
        bucket, _, key = unquote(address.path).lstrip("/").partition("/")
        if self.server.failures:
            self._say(self.server.failures.pop(0), _error("SlowDown"))
        elif not self._is_signed(address.path, query, body):
            self._say(403, _error("SignatureDoesNotMatch"))
        elif bucket != BUCKET:
            self._say(404, _error("NoSuchBucket"))
        else:
            return key, query, body
        return None

    def do_PUT(self) -> None:
        if begun := self._begun():
            key, _, body = begun
            self.server.objects[key] = (body, datetime.now(UTC))
            self._say(200, b"", ETag=_tag(body))

    def do_GET(self) -> None:
        if not (begun := self._begun()):
            return
        key, query, _ = begun
        if not key:
            self._say(200, self._listed(query))
        elif key in self.server.objects:
            body, changed = self.server.objects[key]
            self._say(200, body, ETag=_tag(body), **{"Last-Modified": _http_date(changed)})
        else:
            self._say(404, _error("NoSuchKey"))

    def do_POST(self) -> None:
        if begun := self._begun():
            names = [each.text or "" for each in ElementTree.fromstring(begun[2]).iter() if _is_key(each.tag)]
            for name in names:
                self.server.objects.pop(name, None)
            gone = "".join(f"<Deleted><Key>{escape(name)}</Key></Deleted>" for name in names)
            self._say(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

    def do_DELETE(self) -> None:
        if begun := self._begun():
            self.server.objects.pop(begun[0], None)
            self._say(204, b"")

    def _listed(self, query: dict[str, str]) -> bytes:
        prefix, after = query.get("prefix", ""), query.get("continuation-token", "")
        names = sorted(name for name in self.server.objects if name.startswith(prefix) and name > after)
        page = names[:PAGE]
        contents = "".join(
            f"<Contents><Key>{escape(name)}</Key><Size>{len(self.server.objects[name][0])}</Size>"
            f"<LastModified>{self.server.objects[name][1]:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>{escape(_tag(self.server.objects[name][0]))}</ETag><StorageClass>STANDARD</StorageClass></Contents>"
            for name in page
        )
        more = len(names) > PAGE
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        head = f"<Name>{BUCKET}</Name><KeyCount>{len(page)}</KeyCount><IsTruncated>{str(more).lower()}</IsTruncated>"
        return f"<ListBucketResult>{head}{token}{contents}</ListBucketResult>".encode()

    def _is_signed(self, path: str, query: dict[str, str], body: bytes) -> bool:
        """By AWS Signature Version 4, as its documentation builds it up."""
        said = _AUTHORIZATION.match(self.headers.get("authorization", ""))
        if said is None or said["id"] != KEY_ID:
            return False
        told = self.headers.get("x-amz-content-sha256", "")
        if told not in ("UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()):
            return False
        names = said["headers"].split(";")
        asked = "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(query.items())
        )
        headers = "".join(f"{name}:{' '.join((self.headers.get(name) or '').split())}\n" for name in names)
        canonical = "\n".join([self.command, path, asked, headers, said["headers"], told])
        day, region, service, end = said["scope"].split("/")
        key = f"AWS4{SECRET}".encode()
        for part in (day, region, service, end):
            key = hmac.digest(key, part.encode(), "sha256")
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{self.headers['x-amz-date']}\n{said['scope']}\n{digest}"
        return region == REGION and hmac.new(key, text.encode(), "sha256").hexdigest() == said["signature"]

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _is_key(tag: str) -> bool:
    return tag.rpartition("}")[2] == "Key"


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _http_date(moment: datetime) -> str:
    return f"{moment:%a, %d %b %Y %H:%M:%S} GMT"


def _error(code: str) -> bytes:
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
