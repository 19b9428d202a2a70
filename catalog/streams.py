"""Long bodies, sent while they are made."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async


async def streamed(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, each made in the request's thread only when the one before it has been sent."""
    following = sync_to_async(lambda: next(pieces, None))
    while (piece := await following()) is not None:
        if piece:
            yield piece
