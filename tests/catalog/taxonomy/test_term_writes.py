"""Making genres, studios, networks and keywords."""

from app.catalog.taxonomy.writes import ensure_terms
from app.core.app import App
from tests.library.scanning import rows


async def test_case_accents_and_marks_make_no_other_term(app: App) -> None:
    async with app.transaction() as tx:
        first = await ensure_terms(tx, [("genre", "Sci-Fi"), ("genre", "sci fi"), ("genre", "Thriller")])
        again = await ensure_terms(tx, [("genre", "SCI-FI"), ("genre", "Comédie"), ("genre", "Comedie")])

    assert first["genre", "Sci-Fi"] == first["genre", "sci fi"] == again["genre", "SCI-FI"]
    assert again["genre", "Comédie"] == again["genre", "Comedie"]
    names = await rows(app, "SELECT name FROM taxonomy.terms ORDER BY name")
    assert [row["name"] for row in names] == ["Comédie", "Sci-Fi", "Thriller"]


async def test_a_word_is_another_term_in_another_kind_and_script(app: App) -> None:
    async with app.transaction() as tx:
        found = await ensure_terms(
            tx,
            [
                ("genre", "Noir"),
                ("keyword", "Noir"),
                ("genre", "アニメ"),
                ("genre", "映画"),
                ("genre", "драма"),
            ],
        )

    assert len(set(found.values())) == 5


async def test_many_terms_cost_as_many_statements_as_one(app: App, statements: list[str]) -> None:
    async with app.transaction() as tx:
        statements.clear()
        await ensure_terms(tx, [("genre", "One")])
        few = len(statements)
        statements.clear()
        await ensure_terms(tx, [("keyword", f"Word {number}") for number in range(500)])

        assert len(statements) == few
        assert await ensure_terms(tx, []) == {}
