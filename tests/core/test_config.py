"""Settings come from the environment; a bad one is refused by its name."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from app.core.config import Config, ConfigError, ForwardedHeader, GraphqlExecutor, TrustedDocuments

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
GIVEN = {
    "MARQUEE_HOST": ("::1", "::1"),
    "MARQUEE_PORT": ("0", 0),
    "MARQUEE_DATA_DIR": ("/srv/marquee", Path("/srv/marquee")),
    "MARQUEE_DATABASE_URL": ("postgres://u:p%40ss@db/name", "postgres://u:p%40ss@db/name"),
    "MARQUEE_REDIS_URL": ("unix:///run/redis.sock?db=1", "unix:///run/redis.sock?db=1"),
    "MARQUEE_NAMESPACE": ("second", "second"),
    "MARQUEE_MEDIA_MOVIES": ("/media/my movies", "/media/my movies"),
    "MARQUEE_MEDIA_TV": ("/media/tv", "/media/tv"),
    "MARQUEE_DATABASE_POOL_SIZE": ("2", 2),
    "MARQUEE_DATABASE_TIMEOUT_S": ("0.5", 0.5),
    "MARQUEE_REDIS_TIMEOUT_S": ("2", 2.0),
    "MARQUEE_PROBE_PROCESSES": ("0", 0),
    "MARQUEE_PROBE_TIMEOUT_S": ("1e2", 100.0),
    "MARQUEE_PROBE_MEMORY_MB": ("512", 512),
    "MARQUEE_FINGERPRINT_FRAMES": ("0", 0),
    "MARQUEE_REMOVAL_SHARE": ("0.5", 0.5),
    "MARQUEE_WATCH_DEBOUNCE_S": ("0.5", 0.5),
    "MARQUEE_WATCH_SETTLE_S": ("2", 2.0),
    "MARQUEE_WATCH_POLL_S": ("30", 30.0),
    "MARQUEE_DEMO_TMDB": ("http://key@127.0.0.1:1", "http://key@127.0.0.1:1"),
    "MARQUEE_IMAGES_URL": ("s3://images/marquee", "s3://images/marquee"),
    "MARQUEE_IMAGES_CACHE_MB": ("512", 512),
    "MARQUEE_IMAGES_PROCESSES": ("3", 3),
    "MARQUEE_IMAGES_TIMEOUT_S": ("12", 12.0),
    "MARQUEE_IMAGES_MEMORY_MB": ("600", 600),
    "MARQUEE_S3_ENDPOINT": ("https://s3.example.org", "https://s3.example.org"),
    "MARQUEE_S3_REGION": ("eu-west-1", "eu-west-1"),
    "MARQUEE_S3_ACCESS_KEY_ID": ("marquee", "marquee"),
    "MARQUEE_S3_SECRET_ACCESS_KEY": ("secret", "secret"),
    "MARQUEE_SCAN_PARALLELISM": ("1", 1),
    "MARQUEE_MISSING_GRACE_S": ("0", 0),
    "MARQUEE_EVENT_RETENTION_S": ("60", 60),
    "MARQUEE_ALLOWED_ORIGINS": (
        " https://a.example, ,https://b.example ",
        ("https://a.example", "https://b.example"),
    ),
    "MARQUEE_GRAPHQL_EXECUTOR": ("graphql-core", GraphqlExecutor.CORE),
    "MARQUEE_GRAPHQL_COST": ("5000", 5000),
    "MARQUEE_GRAPHQL_DEPTH": ("8", 8),
    "MARQUEE_GRAPHQL_ALIASES": ("0", 0),
    "MARQUEE_GRAPHQL_DIRECTIVES": ("0", 0),
    "MARQUEE_GRAPHQL_MUTATIONS": ("1", 1),
    "MARQUEE_GRAPHQL_TOKENS": ("500", 500),
    "MARQUEE_GRAPHQL_LIST_ITEMS": ("100", 100),
    "MARQUEE_GRAPHQL_TIMEOUT_S": ("2.5", 2.5),
    "MARQUEE_GRAPHQL_INTROSPECTION": ("false", False),
    "MARQUEE_TRUSTED_DOCUMENTS": ("only", TrustedDocuments.ONLY),
    "MARQUEE_TRUSTED_MANIFESTS": ("/a.json, /b.json", ("/a.json", "/b.json")),
    "MARQUEE_PERSISTED_QUERIES": ("0", 0),
    "MARQUEE_TRUSTED_PROXIES": ("10.0.0.0/8, ::1", ("10.0.0.0/8", "::1")),
    "MARQUEE_FORWARDED_HEADER": ("forwarded", ForwardedHeader.FORWARDED),
    "MARQUEE_PROXY_URL": ("http://proxy:3128", "http://proxy:3128"),
    "MARQUEE_SECRET_KEYS": (f"{KEY}, {KEY}", (KEY, KEY)),
    "MARQUEE_MAIL_PASSWORD": ("hunter2", "hunter2"),
    "MARQUEE_LOG_LEVEL": ("debug", "debug"),
}


def test_every_variable_is_read():
    config = Config.from_env({name: text for name, (text, _) in GIVEN.items()})

    assert {f"MARQUEE_{each.name.upper()}": getattr(config, each.name) for each in fields(Config)} == {
        name: value for name, (_, value) in GIVEN.items()
    }


def test_unset_empty_and_foreign_variables_leave_the_defaults():
    assert Config.from_env({"MARQUEE_PORT": "", "PORT": "1", "MARQUEE_OF_TOMORROW": "1"}) == Config()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "http"),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("PORT", "80.0"),
        ("DATABASE_POOL_SIZE", "1"),
        ("DATABASE_POOL_SIZE", "-5"),
        ("SCAN_PARALLELISM", "0"),
        ("DATABASE_TIMEOUT_S", "0"),
        ("DATABASE_TIMEOUT_S", "nan"),
        ("DATABASE_TIMEOUT_S", "inf"),
        ("REDIS_TIMEOUT_S", "-1"),
        ("REDIS_TIMEOUT_S", "soon"),
        ("PROBE_TIMEOUT_S", "0"),
        ("PROBE_PROCESSES", "-1"),
        ("PROBE_MEMORY_MB", "127"),
        ("FINGERPRINT_FRAMES", "65"),
        ("IMAGES_MEMORY_MB", "127"),
        ("IMAGES_CACHE_MB", "15"),
        ("IMAGES_PROCESSES", "-1"),
        ("IMAGES_TIMEOUT_S", "0"),
        ("IMAGES_URL", "s3://"),
        ("S3_ENDPOINT", "s3.example.org:443"),
        ("PROBE_PROCESSES", "all"),
        ("MISSING_GRACE_S", "-1"),
        ("EVENT_RETENTION_S", "59"),
        ("LOG_LEVEL", "loud"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("FORWARDED_HEADER", "via"),
        ("GRAPHQL_EXECUTOR", "another"),
        ("GRAPHQL_COST", "99"),
        ("GRAPHQL_DEPTH", "0"),
        ("GRAPHQL_ALIASES", "-1"),
        ("GRAPHQL_TIMEOUT_S", "0"),
        ("GRAPHQL_INTROSPECTION", "perhaps"),
        ("DATABASE_URL", "mysql://db/name"),
        ("DATABASE_URL", "db/name"),
        ("DATABASE_URL", "postgresql+asyncpg://db/name"),
        ("DATABASE_URL", "postgresql://[db/name"),
        ("REDIS_URL", "http://redis"),
        ("PROXY_URL", "socks5://proxy"),
        ("REDIS_URL", "localhost:6379"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(name, text):
    with pytest.raises(ConfigError, match=rf"^MARQUEE_{name} "):
        Config.from_env({f"MARQUEE_{name}": text})


def test_a_refusal_doesnt_tell_the_password():
    with pytest.raises(ConfigError) as refused:
        Config.from_env({"MARQUEE_DATABASE_URL": "mysql://user:secret@db/name"})

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["postgresql://h/d", "postgres://h/d", "postgresql:///d?host=/run/postgresql"]
)
def test_the_schemes_of_postgresql(url):
    assert Config.from_env({"MARQUEE_DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize("url", ["redis://h", "rediss://h:6380/1", "unix:///run/redis.sock"])
def test_the_schemes_of_redis(url):
    assert Config.from_env({"MARQUEE_REDIS_URL": url}).redis_url == url


def test_a_configuration_doesnt_change():
    with pytest.raises(FrozenInstanceError):
        Config().port = 1  # type: ignore[misc]


def test_the_data_directory_is_absolute():
    assert Config(data_dir=Path("~/x")).data_path == Path.home() / "x"
    assert Config(data_dir=Path("x")).data_path == Path.cwd() / "x"
