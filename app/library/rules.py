"""Which rules tell what a file is for, so that files are looked at anew when a newer version's are others."""

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from app import identify


@lru_cache(maxsize=1)
def rules() -> str:
    """Another text for every other version of the code that reads names."""
    sources = sorted(
        path for path in Path(identify.__file__).parent.iterdir() if path.suffix in {".py", ".pyc"}
    )
    digest = blake2b(digest_size=16)
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()
