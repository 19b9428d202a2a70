from collections.abc import Iterator

import pytest

from catalog.models import Membership
from editing.models import Webhook, WebhookEvent
from editing.publishing.webhooks.services import webhook_create
from tests.editing.publishing.receiver import Receiver


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """With the one setting that lets this machine be talked to."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with Receiver() as running:
        yield running


@pytest.fixture
def webhook(owner: Membership, receiver: Receiver) -> Webhook:
    made, _ = webhook_create(merchant=owner.merchant, url=receiver.url, events=WebhookEvent.values, by=owner.user)
    return made
