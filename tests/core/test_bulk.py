"""Many rows travel in one statement and arrive as they were."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import ARRAY, BigInteger, Date, DateTime, Float, MetaData, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.core import bulk
from app.core.ids import new_id

CREATE = text(
    """
    CREATE TABLE "Odd things" (
        id uuid PRIMARY KEY, "order" text, number bigint, share float8, price numeric(10, 2), is_odd boolean,
        born date, seen timestamptz, words text[], facts jsonb, made int DEFAULT 42
    )
    """
)
ALL = text('SELECT * FROM "Odd things" ORDER BY number')


class Base(DeclarativeBase):
    metadata = MetaData()


class Thing(Base):
    __tablename__ = "Odd things"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order: Mapped[str | None] = mapped_column(Text)
    number: Mapped[int | None] = mapped_column(BigInteger)
    share: Mapped[float | None] = mapped_column(Float(53))
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    is_odd: Mapped[bool | None]
    born: Mapped[date | None] = mapped_column(Date)
    seen: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    words: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    facts: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    made: Mapped[int]


@pytest.fixture
async def db(quiet_app):
    """A transaction in which the table exists; it is never committed."""
    async with quiet_app.database.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        own = type(quiet_app.db)(connection)
        await own.run(CREATE)
        yield own
        await transaction.rollback()


def thing(number, **others):
    return {"id": new_id(), "number": number, **others}


async def test_every_type_arrives_as_it_was(db):
    full = thing(
        2**60,
        order='"; DROP \\ ü😀',
        share=0.1,
        price="12.30",
        is_odd=False,
        born=date(1979, 5, 25),
        seen=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
        words=["a", '{"b"}', "", "NULL"],
        facts={"a": [1, None, {"b": "c"}]},
    )
    empty = dict.fromkeys(full) | {"id": new_id(), "number": 2**61, "words": []}

    await bulk.insert(db, Thing, [full, empty])

    rows = [dict(row) for row in await db.rows(ALL)]
    assert rows == [full | {"price": Decimal("12.30"), "made": 42}, empty | {"made": 42}]


async def test_thousands_of_rows_are_one_statement(db):
    seen = []
    db.on_statement = seen.append

    await bulk.insert(db, Thing, [thing(number) for number in range(5000)])

    assert len(seen) == 1
    assert [row["number"] for row in await db.rows(ALL)] == list(range(5000))


async def test_no_rows_are_no_statement(db):
    seen = []
    db.on_statement = seen.append

    assert await bulk.insert(db, Thing, [], returning=("id",)) == []
    assert seen == []


async def test_existing_rows_are_renewed_in_the_named_columns_only(db):
    old, other = thing(1, order="old", is_odd=True), thing(2, order="other", is_odd=True)
    await bulk.insert(db, Thing, [old, other])
    renewed = old | {"order": "new", "is_odd": False, "number": 3}

    rows = await bulk.insert(
        db,
        Thing,
        [renewed, thing(4, order="added", is_odd=None)],
        key=("id",),
        update=("order",),
        returning=("number",),
    )

    assert sorted(row["number"] for row in rows) == [1, 4]
    assert [(row["number"], row["order"], row["is_odd"]) for row in await db.rows(ALL)] == [
        (1, "new", True),
        (2, "other", True),
        (4, "added", None),
    ]


async def test_existing_rows_stay_where_nothing_is_to_be_updated(db):
    old = thing(1)
    await bulk.insert(db, Thing, [old])

    rows = await bulk.insert(db, Thing, [old | {"number": 2}, thing(3)], key=("id",), returning=("number",))

    assert [row["number"] for row in rows] == [3]
    assert [row["number"] for row in await db.rows(ALL)] == [1, 3]


async def test_an_existing_row_is_an_error_where_no_key_is_named(db):
    old = thing(1)
    await bulk.insert(db, Thing, [old])

    with pytest.raises(asyncpg.UniqueViolationError):
        await bulk.insert(db, Thing, [old])


@pytest.mark.parametrize("odd_one", [{"order": "too much"}, {"id": new_id()}])
async def test_rows_that_name_other_columns_than_the_first_are_refused(db, odd_one):
    second = thing(2, **odd_one) if "order" in odd_one else odd_one

    with pytest.raises(TypeError, match="different columns"):
        await bulk.insert(db, Thing, [thing(1), second])


async def test_where_columns_are_named_rows_may_leave_some_out(db):
    await bulk.insert(
        db,
        Thing,
        [thing(1), thing(2, order="second"), thing(3, order=None)],
        columns=("id", "number", "order"),
    )

    rows = await db.rows(ALL)

    assert [(row["number"], row["order"]) for row in rows] == [(1, None), (2, "second"), (3, None)]


async def test_rows_that_name_more_than_the_columns_are_refused(db):
    with pytest.raises(TypeError, match="different columns"):
        await bulk.insert(db, Thing, [thing(1), thing(2, order="too much")], columns=("id", "number"))


async def test_the_order_of_the_columns_may_differ(db):
    await bulk.insert(db, Thing, [thing(1), {"number": 2, "id": new_id()}])

    assert [row["number"] for row in await db.rows(ALL)] == [1, 2]


async def test_a_column_that_doesnt_exist_is_refused(db):
    with pytest.raises(KeyError, match="nothing"):
        await bulk.insert(db, Thing, [thing(1, nothing=1)])


@pytest.mark.parametrize("words", ["nul \0", "surrogate \udcff"])
async def test_text_that_postgresql_cant_hold_is_a_clear_error(db, words):
    with pytest.raises((TypeError, asyncpg.DataError, asyncpg.UntranslatableCharacterError)):
        await bulk.insert(db, Thing, [thing(1, order=words)])


async def test_delete_takes_any_number_of_values(db):
    rows = [thing(number) for number in range(100)]
    await bulk.insert(db, Thing, rows)

    assert await bulk.delete(db, Thing, "id", [row["id"] for row in rows[:98]] + [new_id()]) == 98
    assert await bulk.delete(db, Thing, "number", (number for number in (98,))) == 1
    assert await bulk.delete(db, Thing, "id", []) == 0
    assert [row["number"] for row in await db.rows(ALL)] == [99]
