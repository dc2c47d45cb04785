import json

import pytest

from app.commands import library, seed
from app.core.errors import Conflict
from tests import given


async def test_invented_works_are_told_as_they_come(app, capsys):
    await seed.run(app.config, movies=2, series=1, as_json=True)

    *told, end = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["done"], each["total"]) for each in told] == [(2, 3), (3, 3)]
    assert end == {"movies": 2, "series": 1}
    assert [each.name for each in await library.libraries(app)] == ["Invented films", "Invented series"]


async def test_where_there_is_a_library_nothing_is_invented(app):
    await given.library(app, name="Films")

    with pytest.raises(Conflict, match="There is a library Films"):
        await seed.run(app.config, movies=2, series=1, as_json=False)
