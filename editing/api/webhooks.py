"""Webhooks and the log of their deliveries."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.base import token_of
from catalog.api.idempotency import idempotent
from catalog.api.parsers import JSONParser
from catalog.models import Scope
from catalog.tenancy.access import get_to_read, get_to_write, readable
from editing.api.base import EditsView
from editing.models import Webhook, WebhookDelivery, WebhookEvent
from editing.publishing.outbound.guard import MAX_LENGTH
from editing.publishing.outbound.signature import secret_of
from editing.publishing.webhooks import deliveries, services


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    id = serializers.UUIDField(source="key", read_only=True)
    url = serializers.CharField(max_length=MAX_LENGTH, help_text="https, on the public internet.")
    events = serializers.ListField(child=serializers.ChoiceField(choices=WebhookEvent.choices), min_length=1)
    is_active = serializers.BooleanField(required=False)

    class Meta:
        model = Webhook
        fields = ["id", "url", "events", "is_active", "created_at"]
        read_only_fields = ["created_at"]


class NewWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(read_only=True, help_text="For checking signatures; told this once.")

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    id = serializers.UUIDField(source="key")
    payload = serializers.DictField()

    class Meta:
        model = WebhookDelivery
        fields = [
            "id", "event", "status", "attempts", "next_at", "status_code", "problem", "milliseconds", "payload",
            "created_at", "tried_at",
        ]  # fmt: skip
        read_only_fields = fields


class WebhooksView(EditsView):
    """Webhooks tell what happens to an address of the token's choice, so they have scopes of their own."""

    read_scope = Scope.WEBHOOKS_READ
    write_scope = Scope.WEBHOOKS_WRITE


class WebhookList(WebhooksView, GenericAPIView[Webhook]):
    serializer_class = WebhookSerializer
    parser_classes = [JSONParser]

    @extend_schema(operation_id="webhooks_list", responses=WebhookSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The merchant's webhooks, newest first."""
        page = self.paginate_queryset(readable(token_of(request), Webhook))
        return self.get_paginated_response(WebhookSerializer(page, many=True).data)

    @extend_schema(responses={201: NewWebhookSerializer})
    def post(self, request: Request) -> Response:
        """Have an address told of events. The answer holds the secret that signs them."""
        response = self._create(request)
        webhook = get_to_read(token_of(request), Webhook, key=response.data["id"])
        response.data = {**response.data, "secret": secret_of(webhook)}
        return response

    @idempotent
    def _create(self, request: Request) -> Response:
        """What is kept for repeats; the secret is not in it."""
        form = WebhookSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        sent: dict[str, Any] = form.validated_data
        webhook, _ = services.webhook_create(
            merchant=token_of(request).merchant, url=sent["url"], events=sent["events"], by=token_of(request)
        )
        return Response(WebhookSerializer(webhook).data, status=201)


class WebhookDetail(WebhooksView, GenericAPIView[Webhook]):
    serializer_class = WebhookSerializer
    parser_classes = [JSONParser]

    def get(self, request: Request, key: UUID) -> Response:
        """One webhook."""
        return Response(WebhookSerializer(get_to_read(token_of(request), Webhook, key=key)).data)

    @idempotent
    def patch(self, request: Request, key: UUID) -> Response:
        """Change its address or events, or switch it off and on."""
        webhook = get_to_write(token_of(request), Webhook, key=key)
        form = WebhookSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        return Response(
            WebhookSerializer(
                services.webhook_change(webhook=webhook, by=token_of(request), **form.validated_data)
            ).data
        )

    @extend_schema(responses={204: None})
    @idempotent
    def delete(self, request: Request, key: UUID) -> Response:
        """Delete a webhook and its log."""
        services.webhook_delete(webhook=get_to_write(token_of(request), Webhook, key=key), by=token_of(request))
        return Response(status=204)


class WebhookDeliveries(WebhooksView, GenericAPIView[WebhookDelivery]):
    serializer_class = DeliverySerializer

    @extend_schema(operation_id="webhook_deliveries_list", responses=DeliverySerializer(many=True))
    def get(self, request: Request, key: UUID) -> Response:
        """The log of a webhook, newest first."""
        page = self.paginate_queryset(get_to_read(token_of(request), Webhook, key=key).deliveries.all())
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)


class DeliverySendAgain(WebhooksView):
    @extend_schema(request=None, responses=DeliverySerializer)
    @idempotent
    def post(self, request: Request, key: UUID) -> Response:
        """Send a delivery again, under the same `Colorway-Delivery`."""
        row = get_to_write(token_of(request), WebhookDelivery, key=key)
        deliveries.send_again(delivery=row)
        return Response(DeliverySerializer(row).data)
