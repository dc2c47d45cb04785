"""Images in a bucket of S3, or of a server that speaks as it does."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store as Bucket

from app.core.config import Config
from app.images.stored import Stored

CONNECT = timedelta(seconds=5)
REQUEST = timedelta(seconds=30)
# Retries included.
PATIENCE = timedelta(seconds=60)


class S3Store:
    """Puts are atomic as S3's are. Who last asked for something, S3 doesn't tell."""

    def __init__(self, config: Config) -> None:
        place = urlsplit(config.images_url)
        options: dict[str, Any] = {"region": config.s3_region}
        if config.s3_endpoint:
            options["endpoint"] = config.s3_endpoint
        if config.s3_access_key_id:
            options["access_key_id"] = config.s3_access_key_id
            options["secret_access_key"] = config.s3_secret_access_key
        self._bucket = Bucket(
            place.netloc,
            prefix=place.path.strip("/") or None,
            config=options,  # pyright: ignore[reportArgumentType]
            client_options={
                "allow_http": config.s3_endpoint.startswith("http://"),
                "connect_timeout": CONNECT,
                "timeout": REQUEST,
            },
            retry_config={"max_retries": 3, "retry_timeout": PATIENCE},
        )

    async def put(self, key: str, content: bytes) -> None:
        try:
            await obstore.put_async(self._bucket, key, content, use_multipart=False)
        except BaseError as error:
            raise OSError(_said(error)) from error

    async def get(self, key: str) -> bytes | None:
        try:
            found = await obstore.get_async(self._bucket, key)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise OSError(_said(error)) from error

    async def delete(self, keys: Sequence[str]) -> None:
        try:
            await obstore.delete_async(self._bucket, list(keys))
        except FileNotFoundError:
            return
        except BaseError as error:
            raise OSError(_said(error)) from error

    async def kept(self, folder: str) -> list[Stored]:
        return await asyncio.to_thread(self._listed, folder)

    def _listed(self, folder: str) -> list[Stored]:
        try:
            return [
                Stored(each["path"], each["size"], each["last_modified"])
                for page in obstore.list(self._bucket, folder)
                for each in page
            ]
        except BaseError as error:
            raise OSError(_said(error)) from error


def _said(error: BaseError) -> str:
    """Its first line: what follows are the layers that it came through."""
    return str(error).partition("\n")[0] or type(error).__name__
