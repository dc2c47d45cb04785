import asyncpg
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from app.commands import explain
from app.core.config import ConfigError
from app.core.errors import Conflict
from app.core.plain import Trouble, database_trouble, one_line
from app.embedded.errors import EmbeddedError


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (Conflict("A scan is under way."), "A scan is under way."),
        (ConfigError("MARQUEE_PORT is 'x'."), "MARQUEE_PORT is 'x'."),
        (Trouble("First.\nSecond."), "First."),
        (RedisConnectionError("Connection refused."), "Redis can't be used: Connection refused."),
        (FileNotFoundError(2, "No such file", "/a"), "/a: no such file or directory."),
        (ExceptionGroup("both", [ExceptionGroup("one", [Trouble("Deep.")]), ValueError()]), "Deep."),
        (ValueError("a bug"), None),
    ],
)
def test_errors_are_one_line_and_bugs_are_none(error, line):
    assert one_line(error) == line


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.InvalidPasswordError("password authentication failed"), "lets nobody in"),
        (asyncpg.InvalidCatalogNameError('database "x" does not exist'), "no such database"),
        (asyncpg.UndefinedTableError('relation "outbox.cursor" does not exist'), "Run `marquee migrate`"),
        (TimeoutError(), "does not answer"),
        (ConnectionRefusedError(111, "Connect call failed"), r"can't be reached \(connection refused\)"),
        (
            asyncpg.TooManyConnectionsError("sorry, too many clients already"),
            "can't be used: sorry, too many",
        ),
    ],
)
def test_trouble_with_the_database_says_what_to_do(error, words):
    with pytest.raises(Trouble, match=words):
        raise database_trouble(error)


def test_a_bug_is_called_by_its_name():
    assert explain.one_line(ValueError("odd\nvalue")).startswith(
        "This should not have happened: ValueError: odd ("
    )


def test_every_part_of_us_explains_itself():
    assert explain.one_line(EmbeddedError("PostgreSQL did not start.")) == "PostgreSQL did not start."
