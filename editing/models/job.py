import uuid
from typing import Any, ClassVar

from django.db import models

from catalog.models import Colourway, Merchant, Photo
from editing.lifecycle.states import JobStatus
from editing.models.request import EditRequest, Specification


class Task(models.TextChoices):
    """What the worker is to do; each has its queue and its message in `gpu_worker.contract.jobs`."""

    PROJECT = "project", "Find the photo's latent"
    RENDER = "render", "Make variants of a photo"
    TRAIN = "train", "Fit a manifold to the merchant's catalogue"


class Priority(models.IntegerChoices):
    """Lower goes first, in the database and in the broker."""

    SINGLE = 0, "A person waits for it"
    PROJECTION = 3, "Somebody will need it soon"
    BULK = 6, "A large request"
    TRAINING = 9, "Hours of work"


class EditJob(models.Model):
    """One message's worth of work for a worker.

    `token` is the fencing token: it grows whenever the job is given out anew, and an answer that brings an old one is
    dropped. Leases are judged by the database's clock alone.
    """

    tenant_path: ClassVar[str] = "merchant"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")
    request = models.ForeignKey(EditRequest, on_delete=models.CASCADE, null=True, related_name="jobs")
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, null=True, related_name="+")
    colourway = models.ForeignKey(
        Colourway, on_delete=models.CASCADE, null=True, related_name="+", help_text="Whose set the result joins."
    )
    task = models.CharField(max_length=10, choices=Task)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.SINGLE)
    spec = models.JSONField(default=dict, help_text="What this job alone makes; see `asked`.")
    specification = models.ForeignKey(
        Specification,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        help_text="What its request asks of every photo.",
    )
    manifold_version = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="That its marks hold on; empty where they hold on any.",
    )
    variants_asked = models.PositiveSmallIntegerField(default=0)

    status = models.CharField(max_length=10, choices=JobStatus, default=JobStatus.WAITING)
    token = models.PositiveIntegerField(default=0, help_text="Fencing token; grows with every giving out.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Since it was last asked for by a person.")
    hindrances = models.PositiveSmallIntegerField(
        default=0, help_text="Tries that a server of ours spoilt; they do not count as attempts."
    )
    not_before = models.DateTimeField(null=True, blank=True, help_text="After a failure: when to try again.")
    sent_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True, help_text="Who gave the last sign of life.")
    stage = models.CharField(max_length=12, blank=True)
    step = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)

    error_code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=400, blank=True, help_text="A sentence for the merchant.")
    error_detail = models.TextField(blank=True, help_text="For operators.")
    is_dead = models.BooleanField(default=False, help_text="Failed for a reason that is ours: an operator should look.")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, help_text="Of work, as the worker measured it.")

    class Meta:
        ordering = ["pk"]
        verbose_name = "job"
        indexes = [
            models.Index(
                fields=["merchant", "priority", "id"], condition=models.Q(status="waiting"), name="job_waiting"
            ),
            models.Index(
                fields=["status", "lease_until"],
                condition=models.Q(status__in=["sent", "running"]),
                name="job_in_flight",
            ),
            models.Index(fields=["request", "status"], name="job_of_request"),
            models.Index(fields=["-finished_at"], condition=models.Q(is_dead=True), name="job_dead"),
            models.Index(fields=["task", "-finished_at"], condition=models.Q(status="done"), name="job_done"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["photo"],
                condition=models.Q(task="project", status__in=["waiting", "sent", "running"]),
                name="job_one_open_projection_per_photo",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_task_display()} ({self.key})"

    @property
    def asked(self) -> dict[str, Any]:
        """All that a render job makes: what it shares with the others of its request, and what is its own."""
        return {**(self.specification.document if self.specification else {}), **self.spec}
