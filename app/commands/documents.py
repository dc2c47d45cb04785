"""`marquee documents`: the manifest of our own documents, and whether all that are trusted are valid."""

import sys

from app.api.schema import schema
from app.core.config import Config
from app.core.plain import Trouble
from app.guards import guard_of
from app.web.graphql.documents import Documents
from app.web.graphql.errors import RequestError
from app.web.graphql.manifests import hash_of, manifest
from app.web.trusted import own_documents, trusted_by


def show() -> None:
    """In the format of Apollo's tools."""
    sys.stdout.write(manifest([each.text for each in own_documents()]).decode())


def check(config: Config) -> None:
    """Raises Trouble, after naming each, where documents are trusted that the schema doesn't answer."""
    trusted, documents = trusted_by(config), Documents(schema, guard=guard_of(schema, config))
    wrong = [f"{hash_of(text)}: {why}" for text in sorted(trusted.texts) if (why := _wrong(documents, text))]
    if wrong:
        sys.stdout.write("\n".join(wrong) + "\n")
        raise Trouble(f"{len(wrong)} of {len(trusted.texts)} trusted documents are not valid.")
    sys.stdout.write(f"All {len(trusted.texts)} trusted documents are valid.\n")


def _wrong(documents: Documents, text: str) -> str | None:
    try:
        documents.must_be_valid(text)
    except RequestError as error:
        return str(error)
    return None
