"""Writing notices where work ends, and mailing them by the clock: no transaction that holds locks waits for a mail server."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Merchant, User
from catalog.tenancy.wall import as_merchant, as_sweeper
from editing.lifecycle.states import RequestStatus
from editing.models import EditRequest, Notice, NoticeChoice, NoticeKind

log = logging.getLogger(__name__)

MAIL_AFTER = timedelta(seconds=30)  # what is read in the page by then needs no mail
_MAILS_AT_ONCE = 50
_KIND_OF = {RequestStatus.RENDERED: NoticeKind.DONE, RequestStatus.FAILED: NoticeKind.FAILED}


def request_ended(request: EditRequest) -> None:
    """Within the transaction that ended it."""
    kind = _KIND_OF.get(RequestStatus(request.status))
    if kind is not None:
        _tell(request, kind)


def request_rejected(request: EditRequest) -> None:
    _tell(request, NoticeKind.REJECTED)


def _tell(request: EditRequest, kind: NoticeKind) -> None:
    if request.created_by_id is None:  # a program asked; webhooks tell programs
        return
    known = {"merchant_id": request.merchant_id, "user_id": request.created_by_id}
    news = {"changed_at": timezone.now(), "read_at": None, "mailed_at": None}
    Notice.objects.update_or_create(request=request, kind=kind, defaults={**known, **news})


def notices_of(user: User, merchant: Merchant) -> QuerySet[Notice]:
    return Notice.objects.filter(user=user, merchant=merchant).select_related("request")


def notices_read(*, user: User, merchant: Merchant) -> None:
    Notice.objects.filter(user=user, merchant=merchant, read_at=None).update(read_at=timezone.now())


def wants_mail(user: User) -> bool:
    return not NoticeChoice.objects.filter(user=user, by_mail=False).exists()


def mail_choose(*, user: User, by_mail: bool) -> None:
    NoticeChoice.objects.update_or_create(user=user, defaults={"by_mail": by_mail})


def notices_mail() -> int:
    """Send what is due; answers how many mails went. What a mail server refuses is tried again."""
    return sum(_mail_one(pk, merchant) for pk, merchant in _due())


@as_sweeper()
def _due() -> list[tuple[int, int]]:
    """With their merchants."""
    due = Notice.objects.filter(mailed_at=None, changed_at__lt=timezone.now() - MAIL_AFTER)
    return list(due.order_by("changed_at").values_list("pk", "merchant")[:_MAILS_AT_ONCE])


def _mail_one(pk: int, merchant_id: int) -> bool:
    with as_merchant(merchant_id):
        return _mail_one_walled(pk)


def _mail_one_walled(pk: int) -> bool:
    notice = (
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("user", "request", "merchant")
        .filter(pk=pk, mailed_at=None)
        .first()
    )
    if notice is None:
        return False
    is_wanted = notice.read_at is None and notice.user.is_active and wants_mail(notice.user)
    if is_wanted and not _send(notice):
        return False
    Notice.objects.filter(pk=pk).update(mailed_at=timezone.now())
    return is_wanted


def _send(notice: Notice) -> bool:
    address = f"{settings.SITE_URL}{notice.request.get_absolute_url()}"
    text = (
        f"“{notice.request.title}” {notice.get_kind_display()}.\n\n{address}\n\n"
        f"You get this because you asked for it in {notice.merchant.name}."
        " No more of these mails? Switch them off on the page of notices."
    )
    try:
        send_mail(f"{notice.request.title} {notice.get_kind_display()}", text, None, [notice.user.email])
    except (SMTPException, OSError) as error:
        log.warning("a notice could not be mailed", extra={"notice": notice.pk, "error": str(error)})
        return False
    return True
