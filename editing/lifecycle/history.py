"""Moving a row from state to state, with its Event."""

from django.dispatch import receiver

from catalog.models import User
from catalog.signals import merchant_erasing
from catalog.tenancy.wall import outside_the_wall
from editing.lifecycle import states
from editing.lifecycle.guards import guards
from editing.models import EditJob, EditRequest, Event, Variant


def move(
    row: EditRequest | EditJob | Variant, to: str, *, by: User | None = None, why: str = "", also: tuple[str, ...] = ()
) -> None:
    """Move a locked row and write down who did it and why. `also` names other changed fields to save.

    Raises TransitionRefused where the row's table of states does not allow it.
    """
    if guards.conditional_move:
        states.check(row, to)
    event = Event(moved_from=row.status, moved_to=to, actor=by, why=why[:400], **_subject(row))
    row.status = to
    extra = ("changed_at",) if isinstance(row, EditRequest) else ()
    row.save(update_fields=["status", *also, *extra])
    if event.request_id is not None:
        event.save()
        return
    with outside_the_wall():  # work that no request asked for, such as a latent, leads to no merchant
        event.save()


@receiver(merchant_erasing, dispatch_uid="editing.forget_moves_of_no_request")
def forget_moves_of_no_request(merchant_id: int, **_: object) -> None:
    """Of a shop that is deleted: within its wall they would not be seen, and would hold its jobs."""
    Event.objects.filter(request=None, job__merchant=merchant_id).delete()


def _subject(row: EditRequest | EditJob | Variant) -> dict[str, object]:
    if isinstance(row, EditRequest):
        return {"request": row}
    if isinstance(row, EditJob):
        return {"request_id": row.request_id, "job": row}
    return {"request_id": row.request_id, "variant": row}
