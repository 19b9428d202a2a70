"""How a worker begins a person's live session."""

from collections.abc import Callable

from gpu_worker.contract.manifolds import ManifoldName
from gpu_worker.contract.studio import PreviewOrder
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.taught import Fetch
from gpu_worker.live.candidates import LiveSession
from gpu_worker.photos.decode import decode_photo


class SessionMaker:
    """Begins live sessions from orders: fetches the photo, restores its projection, finds the engine of its manifold."""

    def __init__(self, engine: Callable[[str, ManifoldName | None], Engine], fetch: Fetch) -> None:
        self._engine, self._fetch = engine, fetch

    def __call__(self, order: PreviewOrder) -> LiveSession:
        """Raises EditError, PhotoError, StorageError, ManifoldAway."""
        engine = self._engine(order.kind, order.manifold_name)
        if order.photo_key is None or order.w_plus is None:
            return LiveSession(engine=engine, projection=None, first=order, fetch=self._fetch)
        photo = decode_photo(self._fetch(order.photo_key))
        projection = engine.restore(photo, order.w_plus, order.manifold_version, outline=order.outline)
        return LiveSession(engine=engine, projection=projection, first=order, fetch=self._fetch)
