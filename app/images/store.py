"""Where images are kept: masters, which nothing brings back, and variants, which can be made anew.

A key is made of an image's id alone, and ids are never used twice: what a key names never changes, and whoever deletes
it takes nothing from anybody else.
"""

import asyncio
import logging
import os
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from app.core.app import App
from app.core.config import Config
from app.images.formats import WIDTHS, ImageFormat
from app.images.s3 import S3Store
from app.images.stored import Stored

log = logging.getLogger(__name__)

FOLDER = "images"
MASTERS, VARIANTS = "masters", "variants"
# Changes with what variants are made by, so that older ones are asked for no more.
MAKE = 1
# Reads are noted so seldom, as file systems do with `relatime`.
NOTED_EVERY_S = 86_400
_DRAFT = ".draft-"
_DRAFTS_KEPT = timedelta(days=1)


class Store(Protocol):
    """Raises OSError where it can't be reached, or what it has can't be read."""

    async def put(self, key: str, content: bytes) -> None:
        """Whole or not at all, whatever dies meanwhile."""
        ...

    async def get(self, key: str) -> bytes | None:
        """None where there is nothing of that key."""
        ...

    async def delete(self, keys: Sequence[str]) -> None:
        """Those that are not there are no fault."""
        ...

    async def kept(self, folder: str) -> list[Stored]:
        """All below MASTERS or VARIANTS."""
        ...


class DiskStore:
    """A folder; of several machines, the same one."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, content: bytes) -> None:
        await asyncio.to_thread(_write, self._root / key, content)

    async def get(self, key: str) -> bytes | None:
        return await asyncio.to_thread(_read, self._root / key)

    async def delete(self, keys: Sequence[str]) -> None:
        await asyncio.to_thread(_delete, [self._root / key for key in keys])

    async def kept(self, folder: str) -> list[Stored]:
        return await asyncio.to_thread(_found, self._root, folder)


def master_key(image_id: UUID) -> str:
    return f"{MASTERS}/{image_id.hex[-2:]}/{image_id.hex}.webp"


def variant_key(image_id: UUID, width: int, form: ImageFormat) -> str:
    return f"{VARIANTS}/{image_id.hex[-2:]}/{image_id.hex}-{width}-{MAKE}.{form}"


def keys_of(image_id: UUID) -> list[str]:
    """All that may be kept of an image."""
    variants = [variant_key(image_id, width, form) for width in WIDTHS for form in ImageFormat]
    return [*variants, master_key(image_id)]


def image_of(key: str) -> UUID | None:
    """Whose key it is; None for what is none of ours."""
    try:
        return UUID(key.rpartition("/")[2][:32])
    except ValueError:
        return None


def open_store(config: Config) -> Store:
    """Raises ValueError for what names no bucket."""
    if config.images_url.startswith("s3://"):
        return S3Store(config)
    root = Path(config.images_url).expanduser().absolute() if config.images_url else config.data_path / FOLDER
    return DiskStore(root)


_stores: WeakKeyDictionary[App, Store] = WeakKeyDictionary()


def store(app: App) -> Store:
    if app not in _stores:
        _stores[app] = open_store(app.config)
    return _stores[app]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{_DRAFT}{uuid4().hex}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if time.time() - os.fstat(descriptor).st_mtime > NOTED_EVERY_S:
            _note(path)
        return file.read()


def _note(path: Path) -> None:
    """That it was asked for, as its time; which may be none of ours to write."""
    try:
        os.utime(path)
    except OSError as error:
        log.debug("%s: %s", path, error)


def _delete(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _found(root: Path, folder: str) -> list[Stored]:
    """Drafts that were left over are deleted on the way."""
    return list(_stored(root, folder))


def _stored(root: Path, folder: str) -> Iterator[Stored]:
    for shard in _entries(root / folder):
        for entry in _entries(Path(shard.path)):
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            used_at = datetime.fromtimestamp(found.st_mtime, UTC)
            if not entry.name.startswith(_DRAFT):
                yield Stored(f"{folder}/{shard.name}/{entry.name}", found.st_size, used_at)
            elif datetime.now(UTC) - used_at > _DRAFTS_KEPT:
                Path(entry.path).unlink(missing_ok=True)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
