"""Edit requests: ask, follow, cancel, try again."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.http import parse_etags
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.base import token_of
from catalog.api.idempotency import idempotent
from catalog.api.parsers import JSONParser, MultiPartParser
from catalog.errors import InvalidInput
from catalog.models import Photo
from catalog.tenancy.access import get_to_read, get_to_write, readable
from editing.api.base import EditsView, EventStreamRenderer
from editing.api.colourways import photos_asked
from editing.api.filters import EditRequestFilter
from editing.api.serializers import (
    EditRequestSerializer,
    EstimateQuerySerializer,
    EstimateSerializer,
    JobSerializer,
    MaskUploadSerializer,
    NewRequestSerializer,
    ProgressSerializer,
    StoredMaskSerializer,
)
from editing.lifecycle import requests as services
from editing.lifecycle.masks import MAX_BYTES, mask_store
from editing.lifecycle.progress_events import event_stream
from editing.models import EditJob, EditRequest, Source
from editing.selectors import requests as selectors
from gpu_worker.contract.marks import SolverOptions


class RequestEndpoint(EditsView, GenericAPIView[EditRequest]):
    serializer_class = EditRequestSerializer
    parser_classes = [JSONParser]

    def get_queryset(self) -> QuerySet[EditRequest]:
        if getattr(self, "swagger_fake_view", False):
            return EditRequest.objects.none()
        return selectors.merchant_requests(token_of(self.request))

    def answer(self, key: UUID, status: int = 200) -> Response:
        row = get_to_read(token_of(self.request), self.get_queryset(), key=key)
        return Response(EditRequestSerializer(row).data, status=status)


class RequestList(RequestEndpoint):
    filter_backends = [DjangoFilterBackend]
    filterset_class = EditRequestFilter

    @extend_schema(operation_id="edit_requests_list", responses=EditRequestSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The merchant's edit requests, newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(EditRequestSerializer(page, many=True).data)

    @extend_schema(request=NewRequestSerializer, responses={201: EditRequestSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask for variants: each photo in each swatch and region, or candidates under constraints."""
        form = NewRequestSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        return self.answer(_create(request, form.validated_data).key, status=201)


def _create(request: Request, asked: dict[str, Any]) -> EditRequest:
    token = token_of(request)
    common: dict[str, Any] = {
        "merchant": token.merchant, "by": None, "photos": photos_asked(request, asked),
        "title": asked.get("title", ""), "source": Source.API,
    }  # fmt: skip
    if asked.get("constraints"):
        options = asked.get("options") or SolverOptions()
        return services.request_edit(**common, constraints=asked["constraints"], options=options)
    masks = {mask["photo"]: mask["key"] for mask in asked.get("masks", [])}
    colourways = services.Colourways(
        swatches=services.parse_swatches(asked["swatches"]),
        regions=asked.get("regions") or ("dominant",),
        mask_keys=masks,
        format=asked.get("format", "webp"),
        mirror=asked.get("mirror", "follow"),
    )
    return services.request_colourways(**common, asked=colourways)


def _photos(request: Request, ids: list[int]) -> list[Photo]:
    """The merchant's photos with these numbers, in their order, each once."""
    rows = readable(token_of(request), Photo).select_related("product").in_bulk(ids)
    missing = [str(pk) for pk in ids if pk not in rows]
    if missing:
        raise InvalidInput(
            "There is no such photo.", extra={"photos": [f"There is no photo {', '.join(missing[:10])}."]}
        )
    return [rows[pk] for pk in dict.fromkeys(ids)]


class RequestDetail(RequestEndpoint):
    def get(self, request: Request, key: UUID) -> Response:
        """One edit request with its counts."""
        return self.answer(key)


class RequestProgress(RequestEndpoint):
    @extend_schema(
        responses={200: ProgressSerializer, 304: None},
        parameters=[OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The last ETag.")],
    )
    def get(self, request: Request, key: UUID) -> Response:
        """How far a request is. Send the last `ETag` as `If-None-Match`: 304 while nothing has changed."""
        found = selectors.progress(get_to_read(token_of(request), EditRequest, key=key))
        known = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
        headers = {"ETag": found.etag, "Cache-Control": "private, no-cache"}
        if known & {found.etag, "*"}:
            return Response(status=304, headers=headers)
        return Response(ProgressSerializer(selectors.as_json(found)).data, headers=headers)


class RequestEvents(RequestEndpoint):
    renderer_classes = [EventStreamRenderer, JSONRenderer]

    @extend_schema(responses={(200, "text/event-stream"): OpenApiTypes.STR})
    def get(self, request: Request, key: UUID) -> HttpResponseBase:
        """The progress as server-sent events, until the request has ended; `data` is as in `progress`."""
        token = token_of(request)
        return event_stream(token, get_to_read(token, EditRequest, key=key).pk)


class RequestJobs(EditsView, GenericAPIView[EditJob]):
    serializer_class = JobSerializer

    @extend_schema(operation_id="edit_request_jobs_list", responses=JobSerializer(many=True))
    def get(self, request: Request, key: UUID) -> Response:
        """The jobs of a request: one for each photo and region, with stage, step, and why it failed."""
        row = get_to_read(token_of(request), EditRequest, key=key)
        page = self.paginate_queryset(row.jobs.all())
        return self.get_paginated_response(JobSerializer(page, many=True).data)


class RequestCancel(RequestEndpoint):
    @extend_schema(request=None, responses=EditRequestSerializer)
    @idempotent
    def post(self, request: Request, key: UUID) -> Response:
        """Cancel: what is stored stays, what runs stops at its next step. 409 where it has ended."""
        services.request_cancel(request=get_to_write(token_of(request), EditRequest, key=key), by=None)
        return self.answer(key)


class RequestRetry(RequestEndpoint):
    @extend_schema(request=None, responses=EditRequestSerializer)
    @idempotent
    def post(self, request: Request, key: UUID) -> Response:
        """Try the failed jobs again. 409 for a request that was cancelled."""
        services.request_retry(request=get_to_write(token_of(request), EditRequest, key=key), by=None)
        return self.answer(key)


class Estimate(EditsView):
    @extend_schema(parameters=[EstimateQuerySerializer], responses=EstimateSerializer)
    def get(self, request: Request) -> Response:
        """The price in time of photos times variants, before anything is asked for."""
        query = request.query_params
        sent = {"photos": query.getlist("photos"), "variants_each": query.get("variants_each")}
        form = EstimateQuerySerializer(data=sent)
        form.is_valid(raise_exception=True)
        photos, each = _photos(request, form.validated_data["photos"]), form.validated_data["variants_each"]
        seconds = selectors.estimate([photo.pk for photo in photos], each)
        return Response({"photos": len(photos), "variants": len(photos) * each, "seconds": seconds})


class PhotoMasks(EditsView):
    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": MaskUploadSerializer}, responses={201: StoredMaskSerializer})
    @idempotent
    def post(self, request: Request, photo_id: int) -> Response:
        """Upload the region of a photo that an edit request with `painted` among its regions recolours."""
        rows = readable(token_of(request), Photo).select_related("product")
        photo = get_to_read(token_of(request), rows, pk=photo_id)
        form = MaskUploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        key = mask_store(photo=photo, data=form.validated_data["mask"].read(MAX_BYTES + 1))
        return Response({"key": key}, status=201)
