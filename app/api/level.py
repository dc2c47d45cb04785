"""Reading keys in bulk: what several fields of a level ask of one read in one go is asked once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from app.core.projection import Columns, covers, union


class Level:
    """What a batched read answered so far. Unlike a dataloader it has no future for each key.

    columns: of the records that it answers, those that are asked for.
    """

    def __init__(
        self, read: Callable[[list[Any], Columns], Awaitable[Mapping[Any, Any]]], columns: Columns = None
    ) -> None:
        self._read, self.columns, self._has_begun = read, columns, False
        self._found: dict[Any, Any] = {}
        self._wanted: dict[Any, None] = {}
        self._reading: dict[asyncio.Task[None], dict[Any, None]] = {}
        self._next: asyncio.Task[None] | None = None

    def takes(self, columns: Columns) -> bool:
        """Whether these columns will be there; before anything is read, they are added to the others."""
        if covers(self.columns, columns):
            return True
        if not self._has_begun:
            self.columns = union(self.columns, columns)
        return not self._has_begun

    async def load(self, keys: Sequence[Any], *, is_alone: bool = False) -> Mapping[Any, Any]:
        """What is known of keys, these among them. Raises what the read raises; the keys are then asked for again.

        is_alone: whether nobody else asks in this go, so that there is nobody to wait for.
        """
        missing = dict.fromkeys(keys)
        if self._found:
            missing = {key: None for key in missing if key not in self._found}
        awaited: list[asyncio.Task[None]] = []
        for reading, theirs in self._reading.items():
            if not reading.cancelling() and missing.keys() & theirs.keys():
                awaited.append(reading)
                missing = {key: None for key in missing if key not in theirs}
        if missing and is_alone and self._next is None:
            self._has_begun = True
            self._found.update(await self._read(list(missing), self.columns))
        elif missing:
            if self._next is None or self._next.cancelling():
                # Those who wanted something of one that was cancelled before it began are told so.
                self._wanted, self._next = {}, asyncio.create_task(self._together())
            self._wanted.update(missing)
            awaited.append(self._next)
        for reading in awaited:
            await reading
        return self._found

    async def _together(self) -> None:
        # Fields of a level ask one after the other, in tasks that are all due by now.
        await asyncio.sleep(0)
        keys, this = self._wanted, self._next
        assert this is not None
        self._wanted, self._next = {}, None
        self._reading[this], self._has_begun = keys, True
        try:
            self._found.update(await self._read(list(keys), self.columns))
        finally:
            del self._reading[this]
