from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse


class Merchant(models.Model):
    """A shop: the tenant that owns products, members and tokens."""

    tenant_path: ClassVar[str] = "pk"

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    currency = models.CharField(max_length=3, default="EUR", help_text="ISO 4217 code of every price.")
    sku_pattern = models.CharField(
        max_length=80, default="{sku}-{colour:3}", editable=False, help_text="Of a colourway's SKU."
    )
    store_link = models.CharField(
        "Address of a product in your own store",
        max_length=300,
        blank=True,
        help_text="Where “Buy” leads. {sku} and {colour} are filled in: https://shop.example/p/{sku}?colour={colour}",
    )
    shows_previews = models.BooleanField(
        "Shoppers may see colours that do not exist yet",
        default=False,
        help_text="On “show me this in red” a preview is made on demand, marked as one, and counted as a wish.",
    )
    feed_number = models.PositiveIntegerField(
        default=1, editable=False, help_text="Grows when feeds get new addresses."
    )
    is_active = models.BooleanField(default=True, help_text="An inactive merchant has no storefront and no sign-in.")
    created_at = models.DateTimeField(auto_now_add=True)
    job_quota = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Pictures in work at once, at most; empty: as the setting JOBS_PER_MERCHANT says.",
    )
    erase_at = models.DateTimeField(null=True, blank=True, help_text="Closed by its owner: everything is deleted then.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:merchant", args=[self.slug])


class Role(models.TextChoices):
    """What a member may do, each role including the one below it."""

    OWNER = "owner", "Owner: everything, and members and access tokens"
    EDITOR = "editor", "Editor: products and photos"
    VIEWER = "viewer", "Viewer: looks, changes nothing"

    @property
    def short(self) -> str:
        return self.value.capitalize()

    def covers(self, needed: "Role") -> bool:
        return _ROLE_RANK[self] >= _ROLE_RANK[needed]


_ROLE_RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.OWNER: 2}


class Membership(models.Model):
    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["merchant", "user"], name="membership_once_per_merchant")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role} of {self.merchant})"

    def may(self, needed: Role) -> bool:
        return Role(self.role).covers(needed)

    @property
    def may_edit(self) -> bool:
        return self.may(Role.EDITOR)

    @property
    def may_manage(self) -> bool:
        return self.may(Role.OWNER)


class Invitation(models.Model):
    """An e-mailed invitation to become a member. Only the digest of its secret is kept."""

    tenant_path: ClassVar[str] = "merchant"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10, choices=Role)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret in the link.")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "merchant",
                Lower("email"),
                condition=models.Q(accepted_at=None),
                name="invitation_one_open_per_email",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.merchant}"
