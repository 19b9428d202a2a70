"""Which of a merchant's products leave: those that were chosen, those that words find, or all that are sold."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from catalog.models import Product, ProductStatus
from catalog.tenancy.access import Actor, readable

MAX_CHOSEN = 1000


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Without products and words, everything that is in the shop."""

    products: list[int] = field(default_factory=list)
    words: str = ""
    drafts: bool = False

    def of(self, actor: Actor) -> QuerySet[Product]:
        found = readable(actor, Product).exclude(status=ProductStatus.ARCHIVED)
        if self.products:
            return found.filter(pk__in=self.products)
        if not self.drafts:
            found = found.filter(status=ProductStatus.ACTIVE)
        if self.words:
            found = found.filter(Q(title__icontains=self.words) | Q(sku__icontains=self.words))
        return found
