"""Configuration: one frozen object, read once from `MARQUEE_*`."""

import binascii
import math
import os
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

SECRET_KEY_BYTES = 32


class ForwardedHeader(StrEnum):
    """In which header proxies say for whom they speak."""

    X_FORWARDED_FOR = "x-forwarded-for"
    FORWARDED = "forwarded"


class GraphqlExecutor(StrEnum):
    """What executes GraphQL operations."""

    ENGINE = "engine"
    CORE = "graphql-core"


class TrustedDocuments(StrEnum):
    """Which GraphQL documents are answered."""

    ANY = "any"
    PREFER = "prefer"
    ONLY = "only"


class ConfigError(ValueError):
    """A `MARQUEE_*` variable has a value that can't be used; the message names it."""


def _doc(text: str, default: Any, *, is_secret: bool = False) -> Any:
    return field(default=default, repr=not is_secret, metadata={"doc": text})


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting; the variable's name is the field's in capitals after `MARQUEE_`."""

    host: str = _doc(
        "Address to listen on. `0.0.0.0` and `::` are all of this machine's; put TLS before it then.",
        "127.0.0.1",
    )
    port: int = _doc("TCP port for everything: GraphQL, GraphiQL, health.", 8000)
    data_dir: Path = _doc(
        "Folder of the embedded servers, the demo library and logs.",
        Path("~/.local/share/marquee"),
    )
    database_url: str = _doc(
        "PostgreSQL 15 or newer, `postgresql://user:password@host/name`. Empty: an embedded PostgreSQL 18.",
        "",
    )
    redis_url: str = _doc(
        "Redis 6.2 or newer, or Valkey: `redis://`, `rediss://` or `unix://`. Empty: an embedded Valkey 9.",
        "",
    )
    namespace: str = _doc("Prefix of every Redis key and channel; one per installation.", "marquee")
    media_movies: str = _doc("Folder of films; `marquee up` makes a library of it.", "")
    media_tv: str = _doc("Folder of series; `marquee up` makes a library of it.", "")
    database_pool_size: int = _doc("Most connections per process to PostgreSQL.", 10)
    database_timeout_s: float = _doc("Longest that one statement may run, in seconds.", 30.0)
    redis_timeout_s: float = _doc("Longest that one Redis command may take, in seconds.", 5.0)
    probe_processes: int = _doc("Processes per worker that open media files. 0: one per core.", 0)
    probe_timeout_s: float = _doc("Longest that probing one file may take, in seconds.", 30.0)
    probe_memory_mb: int = _doc(
        "Most memory that one process which opens media files may use, in MiB. A file that takes more is not read.",
        1024,
    )
    fingerprint_frames: int = _doc(
        "Places of every video that are decoded in the background, so that a film encoded anew is known for the same;"
        " at most 64. 0: none, which spares reading.",
        16,
    )
    images_url: str = _doc(
        "Where images are kept: a folder, or `s3://bucket/folder`. Empty: the folder `images` in the data directory.",
        "",
    )
    images_cache_mb: int = _doc(
        "How much of a folder resized images may take before those that were not asked for lately are dropped, in MiB."
        " Not in S3, which has rules of its own for that.",
        4096,
    )
    images_processes: int = _doc("Processes per server and worker that open images. 0: one per core.", 0)
    images_timeout_s: float = _doc("Longest that opening one image may take, in seconds.", 30.0)
    images_memory_mb: int = _doc(
        "Most memory that one process which opens images may use, in MiB. An image that takes more is refused.",
        1024,
    )
    s3_endpoint: str = _doc("URL of an S3 server other than AWS'.", "")
    s3_region: str = _doc("Region of the bucket.", "us-east-1")
    s3_access_key_id: str = _doc(
        "Who we are to S3. Empty: as AWS' own tools find out, by environment or role.", ""
    )
    s3_secret_access_key: str = _doc("And the key that goes with it.", "", is_secret=True)
    scan_parallelism: int = _doc("Jobs that share one scan, over all workers.", 4)
    missing_grace_s: int = _doc(
        "How long a vanished file is kept as missing before a later scan removes it, in seconds.", 86_400
    )
    removal_share: float = _doc(
        "A scan that would remove more than this share of a library's files, and more than five, asks first. 1: never.",
        0.2,
    )
    watch_debounce_s: float = _doc(
        "How long what happens in a watched folder is gathered before it is dealt with, in seconds.", 1.0
    )
    watch_settle_s: float = _doc(
        "How long a watched file must neither grow nor change before its folder is scanned, in seconds.", 5.0
    )
    watch_poll_s: float = _doc(
        "How often a library is looked through that is watched by polling, in seconds.", 60.0
    )
    event_retention_s: int = _doc(
        "How long the change stream can be resumed from an old cursor, in seconds.", 86_400
    )
    allowed_origins: tuple[str, ...] = _doc(
        "Origins beside our own whose pages may open a WebSocket, comma-separated.", ()
    )
    graphql_executor: GraphqlExecutor = _doc(
        "What executes GraphQL: `engine`, level by level, or `graphql-core`, field by field, to compare with.",
        GraphqlExecutor.ENGINE,
    )
    trusted_documents: TrustedDocuments = _doc(
        "Which GraphQL documents are answered: `any`, `only` those of `graphql/operations` and the manifests, or"
        " `prefer`: any, while those that `only` would refuse are counted and named in the log.",
        TrustedDocuments.ANY,
    )
    trusted_manifests: tuple[str, ...] = _doc(
        "Files that list the documents of your own clients, in Apollo's format or as Relay writes them,"
        " comma-separated.",
        (),
    )
    persisted_queries: int = _doc(
        "How many documents each account may have remembered by their hashes (automatic persisted queries), and all"
        " strangers together. 0: none.",
        250,
    )
    graphql_cost: int = _doc(
        "Most that one operation may cost, by what its pages could hold: about one for each object of the answer, and"
        " ten for each statement; see docs/limits.md.",
        100_000,
    )
    graphql_depth: int = _doc("Most fields below each other in one operation.", 20)
    graphql_aliases: int = _doc(
        "Most aliases in one operation, counted as often as its fragments are spread.", 100
    )
    graphql_directives: int = _doc("Most directives in one operation, counted likewise.", 200)
    graphql_mutations: int = _doc("Most mutations in one operation.", 20)
    graphql_tokens: int = _doc("Most words and signs in one document.", 10_000)
    graphql_list_items: int = _doc("Most items of a list in an operation's arguments.", 5_000)
    graphql_timeout_s: float = _doc(
        "Longest that a query, or one event of a subscription, may be worked on, in seconds.", 30.0
    )
    graphql_introspection: bool = _doc(
        "Whether those who are signed in may ask for the schema: `true` or `false`.", True
    )
    trusted_proxies: tuple[str, ...] = _doc(
        "Networks of the proxies whose word counts for a client's address and scheme, comma-separated:"
        " `10.0.0.0/8,2001:db8::5`.",
        (),
    )
    forwarded_header: ForwardedHeader = _doc(
        "Header in which those proxies name the client: `x-forwarded-for` (with X-Forwarded-Proto) or `forwarded`.",
        ForwardedHeader.X_FORWARDED_FOR,
    )
    proxy_url: str = _doc(
        "Proxy for outside services, `http://user:password@host:port`. Empty: as HTTPS_PROXY and NO_PROXY say.",
        "",
        is_secret=True,
    )
    demo_tmdb: str = _doc(
        "Where TMDb is stood in for about the demo library, `http://key@127.0.0.1:port`. `marquee up` sets it for its"
        " own processes.",
        "",
        is_secret=True,
    )
    secret_keys: tuple[str, ...] = _doc(
        "Keys that stored secrets are sealed with, each 32 bytes in base64, comma-separated, the newest first."
        " Empty: the file `secret-keys` in the data directory, which is made if need be.",
        (),
        is_secret=True,
    )
    mail_password: str = _doc(
        "Password of the mail server; counts before the stored secret `mail_password`.", "", is_secret=True
    )
    log_level: str = _doc("debug, info, warning or error.", "info")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Config":
        """Read every `MARQUEE_*` variable that is set. Raises ConfigError."""
        names = {f"MARQUEE_{each.name.upper()}": each for each in fields(cls)}
        values = {each.name: _read(name, each, env[name]) for name, each in names.items() if env.get(name)}
        config = cls(**values)
        _check(config)
        return config

    @property
    def data_path(self) -> Path:
        return self.data_dir.expanduser().absolute()

    @property
    def demo_path(self) -> Path:
        """Where the demo library is, once it is made."""
        return self.data_path.resolve() / "demo"


def secret_key(text: str) -> bytes:
    """The key that is written in base64, of either alphabet. Raises ValueError, which doesn't tell the text."""
    try:
        key = b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a secret key is no base64") from None
    if len(key) != SECRET_KEY_BYTES:
        raise ValueError(f"a secret key has {len(key)} bytes and not {SECRET_KEY_BYTES}")
    return key


def _read(name: str, target: Field[Any], text: str) -> Any:
    try:
        if target.type == tuple[str, ...]:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        if target.type is bool:
            return _TRUTHS[text.strip().lower()]
        value = cast("Callable[[str], Any]", target.type)(text)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(text)
        return value
    except (KeyError, ValueError) as error:
        raise ConfigError(f"{name} is {text!r}, which is no {_type_name(target)}.") from error


_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def _type_name(target: Field[Any]) -> str:
    return {int: "whole number", float: "number"}.get(target.type, "value it can take")  # type: ignore[arg-type]


def _check(config: Config) -> None:
    for name, most in {"port": 65535, "fingerprint_frames": 64, "removal_share": 1}.items():
        if not 0 <= getattr(config, name) <= most:
            raise ConfigError(f"MARQUEE_{name.upper()} must be from 0 to {most}.")
    if config.log_level not in {"debug", "info", "warning", "error"}:
        raise ConfigError(f"MARQUEE_LOG_LEVEL is {config.log_level!r}; use debug, info, warning or error.")
    # At times the dispatcher holds one connection; processes read events late when Redis was away.
    leasts = {"database_pool_size": 2, "scan_parallelism": 1, "event_retention_s": 60}
    leasts |= {"graphql_cost": 100, "graphql_depth": 1, "graphql_mutations": 1, "graphql_tokens": 100}
    leasts |= {"graphql_list_items": 1}
    leasts |= {"probe_memory_mb": 128, "images_memory_mb": 128, "images_cache_mb": 16}
    for name, least in leasts.items():
        if getattr(config, name) < least:
            raise ConfigError(f"MARQUEE_{name.upper()} must be at least {least}.")
    seconds = ("graphql_timeout_s", "watch_debounce_s", "watch_settle_s", "watch_poll_s")
    for name in ("database_timeout_s", "redis_timeout_s", "probe_timeout_s", "images_timeout_s", *seconds):
        if getattr(config, name) <= 0:
            raise ConfigError(f"MARQUEE_{name.upper()} must be more than 0 seconds.")
    for name in (
        "probe_processes",
        "images_processes",
        "missing_grace_s",
        "persisted_queries",
        "graphql_aliases",
        "graphql_directives",
    ):
        if getattr(config, name) < 0:
            raise ConfigError(f"MARQUEE_{name.upper()} can't be negative.")
    _check_networks("MARQUEE_TRUSTED_PROXIES", config.trusted_proxies)
    _check_secret_keys(config.secret_keys)
    _check_url("MARQUEE_DATABASE_URL", config.database_url, {"postgresql", "postgres"})
    _check_url("MARQUEE_PROXY_URL", config.proxy_url, {"http", "https"})
    _check_url("MARQUEE_DEMO_TMDB", config.demo_tmdb, {"http"})
    _check_url("MARQUEE_REDIS_URL", config.redis_url, {"redis", "rediss", "unix"})
    _check_url("MARQUEE_S3_ENDPOINT", config.s3_endpoint, {"http", "https"})
    _check_images_url(config.images_url)


def _check_networks(name: str, networks: Sequence[str]) -> None:
    for network in networks:
        try:
            ip_network(network)
        except ValueError as error:
            raise ConfigError(f"{name} can't be used: {error}.") from error


def _check_secret_keys(keys: Sequence[str]) -> None:
    for key in keys:
        try:
            secret_key(key)
        except ValueError as error:
            raise ConfigError(f"MARQUEE_SECRET_KEYS can't be used: {error}.") from error


def _check_images_url(url: str) -> None:
    if "://" not in url:
        return
    _check_url("MARQUEE_IMAGES_URL", url, {"s3"})
    if not urlsplit(url).netloc:
        raise ConfigError("MARQUEE_IMAGES_URL names no bucket.")


def _check_url(name: str, url: str, schemes: set[str]) -> None:
    try:
        scheme = urlsplit(url).scheme
    except ValueError as error:
        raise ConfigError(f"{name} is no URL: {error}.") from error
    if url and scheme not in schemes:
        raise ConfigError(f"{name} must begin with {' or '.join(sorted(s + '://' for s in schemes))}.")
