"""What the edit service's endpoints have in common, above what every endpoint has."""

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from catalog.api.base import TokenView
from catalog.models import Scope


class EditsView(TokenView):
    read_scope = Scope.EDITS_READ
    write_scope = Scope.EDITS_WRITE


class EventStreamRenderer(BaseRenderer):
    """Lets clients ask for `text/event-stream`; errors are JSON all the same."""

    media_type = "text/event-stream"
    format = "event-stream"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if renderer_context:
            renderer_context["response"]["Content-Type"] = JSONRenderer.media_type
        return JSONRenderer().render(data)
