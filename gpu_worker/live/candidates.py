"""One person's live session on a worker: the newest order, its candidates, and what to show next.

Work is done in units of a tenth of a second or so, so that a newer order never waits long: first the shown candidate until
it settles, with the photo rendered now and then; after that its rivals; after that the way there.
"""

import base64
from dataclasses import dataclass, field

from gpu_worker.contract.jobs import Example as NamedExample
from gpu_worker.contract.marks import Constraint
from gpu_worker.contract.studio import PartMap, PreviewNews, PreviewOrder
from gpu_worker.engine.editing_session import PreviewSession
from gpu_worker.engine.facade import Engine
from gpu_worker.engine.taught import Fetch, knowing
from gpu_worker.engine.values import Example, Projection
from gpu_worker.live.part_map import part_map
from gpu_worker.live.pictures import data_url
from gpu_worker.live.prepared import Preparation
from gpu_worker.photos.decode import decode_photo

CANDIDATES = 4
MOST_STEPS = 48  # after this many a preview counts as settled, whatever the solver says
RIVAL_STEPS = 24
RENDER_SIDE = 448  # longest side of the rendered preview; the full size is made when it is applied
RENDER_AT = frozenset({1, 5, 12, 24})  # steps after which the photo is rendered, besides at the end
FRAMES = (0.2, 0.4, 0.6, 0.8)  # places on the way from the photo to the edit


@dataclass(eq=False)
class _Candidate:
    session: PreviewSession
    steps: int = 0
    settled: bool = False
    image: str = ""

    def step(self, most: int) -> None:
        preview = self.session.step()
        self.steps += 1
        self.settled = preview.settled or self.steps >= most

    def look(self) -> None:
        """Draw it as it is now: that takes as long as a step, so only what is shown is drawn."""
        self.image = data_url(self.session.picture())


@dataclass(eq=False)
class LiveSession:
    """Made from an order; `take` gives it newer ones, `advance` does a unit of work."""

    engine: Engine
    projection: Projection | None
    first: PreviewOrder
    fetch: Fetch
    revision: int = -1
    order: PreviewOrder = field(init=False)
    _candidates: list[_Candidate] = field(default_factory=list)
    _shown: int = 0
    _frames: list[str] = field(default_factory=list)
    _final: PreviewNews | None = None
    _render_is_due: bool = False
    _paused: bool = False
    _examples: dict[str, Example] = field(default_factory=dict)
    _parts: PartMap | None = None  # of the photo as it was uploaded
    _preparation: Preparation = field(default_factory=lambda: Preparation(RENDER_SIDE))
    _here: Projection | None = field(init=False)  # the photo that is edited

    def __post_init__(self) -> None:
        self.order, self._here = self.first, self.projection

    def continues(self, order: PreviewOrder) -> bool:
        """Whether the order is about the same photo, latent and seed, so that this session can go on with it."""
        return _identity(order) == _identity(self.first)

    def take(self, order: PreviewOrder) -> None:
        """Go on with a newer order; an older one, delivered late or twice, changes nothing. Raises EditError."""
        if order.revision < self.revision or (
            order.revision == self.revision and not self._paused and self._candidates
        ):
            return
        self.engine = knowing(self.engine, order.constraints, self.fetch)
        order = self._prepared(order)
        grows = self._grows(order)
        self.order, self.revision, self._paused = order, order.revision, False
        self._final, self._frames, self._render_is_due = None, [], False
        self._shown = min(order.choice, CANDIDATES - 1)
        self._add_candidates(self._shown + 1)
        for candidate in self._candidates:
            if not grows:
                candidate.session.reset()
            candidate.steps, candidate.settled = 0, False
            candidate.session.manifold = self.engine.manifold
            candidate.session.update(order.constraints, order.options)

    def _prepared(self, order: PreviewOrder) -> PreviewOrder:
        """The rest of an order's marks, on the photo after those that come before them. Raises EditError, PhotoError."""
        if self.projection is None:
            return order
        here, rest = self._preparation.take(self.engine, self.projection, order.constraints, self._read(order.examples))
        if here is not self._here:
            self._here, self._candidates = here, []
        return order.model_copy(update={"constraints": rest})

    def _read(self, named: list[NamedExample]) -> dict[str, Example]:
        """The order's examples; each is fetched and decoded once."""
        for one in named:
            if (content := one.model_dump_json()) not in self._examples:
                photo = decode_photo(self.fetch(one.key))
                self._examples[content] = Example(photo=photo, kind=one.kind, outline=one.outline)
        return {one.key: self._examples[one.model_dump_json()] for one in named}

    @property
    def has_work(self) -> bool:
        if self._paused or self.revision < 0:
            return False
        if self._final is None or self._parts_are_due:
            return True
        return bool(self.order.constraints) and not (self._rivals_done and self._frames_done)

    @property
    def is_awaited(self) -> bool:
        """Whether the picture itself is still to come, and not only what is beside it."""
        return self.has_work and self._final is None

    @property
    def _parts_are_due(self) -> bool:
        return self.projection is not None and self._parts is None

    def pause(self) -> None:
        """No more work until the next order."""
        self._paused = True

    def advance(self) -> PreviewNews | None:
        """One unit of work, and what there is to show after it. Raises EditError, PhotoError."""
        if self._final is None:
            return self._advance_shown()
        if self.projection is not None and self._parts is None:
            self._parts = part_map(self.projection.named(self.engine.manifold.kind).found)
            return self._again()
        if not self._rivals_done:
            return self._advance_rivals()
        return self._advance_frames()

    # ---- units -------------------------------------------------------------------------------------------------------

    def _advance_shown(self) -> PreviewNews:
        shown = self._candidates[self._shown]
        if not self.order.constraints:
            return self._finish(shown)
        if self._render_is_due:
            self._render_is_due = False
            return self._news(shown, image=data_url(shown.session.render(RENDER_SIDE)), placed="photo")
        if shown.settled:
            return self._finish(shown)
        shown.step(MOST_STEPS)
        shown.look()
        self._render_is_due = self.projection is not None and shown.steps in RENDER_AT and not shown.settled
        return self._news(shown, image=shown.image, placed="frame")

    def _finish(self, shown: _Candidate) -> PreviewNews:
        """The picture that stays until the next order."""
        placed = "photo" if self.projection is not None else "frame"
        if not self.order.constraints and self.projection is None:
            self._show_starts()
        latent = base64.b64encode(shown.session.w_plus.astype("<f4").tobytes()).decode()
        news = self._news(shown, image=data_url(shown.session.render(RENDER_SIDE)), placed=placed, settled=True)
        self._final = news.model_copy(update={"w_plus": latent})
        return self._final

    def _show_starts(self) -> None:
        """From scratch, before anything is drawn: products to begin with."""
        self._add_candidates(CANDIDATES)
        for candidate in self._candidates:
            candidate.image = data_url(candidate.session.render(RENDER_SIDE))

    def _advance_rivals(self) -> PreviewNews | None:
        self._add_candidates(CANDIDATES)
        rival = next(c for c in self._rivals if not c.settled)
        rival.step(RIVAL_STEPS)
        if rival.steps % 8 and not rival.settled:
            return None
        rival.look()
        return self._again()

    def _advance_frames(self) -> PreviewNews | None:
        session = self._candidates[self._shown].session
        self._frames.append(data_url(session.render(RENDER_SIDE, FRAMES[len(self._frames)])))
        return self._again() if self._frames_done else None

    # ---- candidates --------------------------------------------------------------------------------------------------

    @property
    def _rivals(self) -> list[_Candidate]:
        return [c for i, c in enumerate(self._candidates) if i != self._shown]

    @property
    def _rivals_done(self) -> bool:
        return len(self._candidates) == CANDIDATES and all(c.settled for c in self._rivals)

    @property
    def _frames_done(self) -> bool:
        return len(self._frames) == len(FRAMES)

    def _add_candidates(self, count: int) -> None:
        while len(self._candidates) < count:
            candidate = _Candidate(session=self._session(len(self._candidates)))
            self._candidates.append(candidate)
            if self.order.constraints and self.revision >= 0:
                candidate.session.update(self.order.constraints, self.order.options)

    def _session(self, index: int) -> PreviewSession:
        if self._here is None:
            return self.engine.session(None, seed=self.first.seed + index)
        return self.engine.session(self._here, seed=self.first.seed + index if index else 0)

    def _grows(self, order: PreviewOrder) -> bool:
        """Whether every mark of the last order is still there. Where one is gone, what it did must not linger."""
        old, new = [_extent(c) for c in self.order.constraints], [_extent(c) for c in order.constraints]
        kept = zip(old, new, strict=False)
        return self.revision >= 0 and len(new) >= len(old) and all(a[:2] == b[:2] and a[2] <= b[2] for a, b in kept)

    # ---- news --------------------------------------------------------------------------------------------------------

    def _again(self) -> PreviewNews | None:
        """The settled picture, with what has been added beside it."""
        if self._final is None:
            return None
        added = {"candidates": self._thumbnails(), "frames": list(self._frames), "parts": self._parts}
        return self._final.model_copy(update=added)

    def _news(self, shown: _Candidate, *, image: str, placed: str, settled: bool = False) -> PreviewNews:
        return PreviewNews(
            revision=self.revision,
            step=shown.steps,
            settled=settled,
            placed=placed,
            image=image,
            candidates=self._thumbnails(),
            parts=self._parts,
            note=shown.session.note,
        )

    def _thumbnails(self) -> list[str]:
        return [c.image for c in self._candidates if c.image]


def _identity(order: PreviewOrder) -> tuple[object, ...]:
    return (order.kind, order.manifold_version, order.photo_key, order.w_plus, order.seed, order.outline)


def _extent(constraint: Constraint) -> tuple[str, object, int]:
    """What kind of mark it is, which, and how much of it there is."""
    which = tuple(getattr(constraint, field, None) for field in ("colour", "name", "region"))
    parts = getattr(constraint, "strokes", None) or getattr(constraint, "drags", None) or []
    return constraint.type, which, len(parts)
