"""What the edit service's endpoints have in common, above what every endpoint has."""

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from catalog.api.base import TokenView
from catalog.models import Scope


class EditsView(TokenView):
    read_scope = Scope.EDITS_READ
    write_scope = Scope.EDITS_WRITE


class FileRenderer(BaseRenderer):
    """Lets clients ask for the file's own type; errors are JSON all the same."""

    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if renderer_context:
            renderer_context["response"]["Content-Type"] = JSONRenderer.media_type
        return JSONRenderer().render(data)


class EventStreamRenderer(FileRenderer):
    media_type, format = "text/event-stream", "event-stream"
