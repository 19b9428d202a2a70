"""Sessions that end: when nobody used them for a while, and after some days in any case (SESSION_ENGINE).

Staff's end sooner. Whose a session is, where and when it began stands beside its data, so that people can see and end
theirs.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from catalog.models import Session, User

_STEP = timedelta(minutes=1)  # how exactly the last use is known; spares a write on every request
STARTED, AGENT, ADDRESS, STAFF = "started_at", "started_by", "started_from", "of_staff"
USER = "_auth_user_id"


def alive() -> Q:
    now = timezone.now()
    return Q(expire_date__gt=now, seen_at__gt=now - F("idle"))


class SessionStore(DatabaseSessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = timezone.now()
        started = datetime.fromisoformat(data[STARTED]) if STARTED in data else now
        absolute, idle = _limits(data)
        return Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=min(started + absolute, self.get_expiry_date()),
            user_id=data.get(USER),
            started_at=started,
            seen_at=now,
            idle=idle,
            address=data.get(ADDRESS),
            agent=data.get(AGENT, ""),
        )

    def _get_session_from_db(self) -> Session | None:
        row = Session.objects.filter(alive(), session_key=self.session_key).first()
        if row is None:
            self._session_key = None
        elif row.user_id and timezone.now() - row.seen_at > _STEP:
            Session.objects.filter(pk=row.pk).update(seen_at=timezone.now())
        return row

    async def _aget_session_from_db(self) -> Session | None:
        row = await Session.objects.filter(alive(), session_key=self.session_key).afirst()
        if row is None:
            self._session_key = None
        return row

    @classmethod
    def clear_expired(cls) -> None:
        forget_ended()


def _limits(data: dict[str, Any]) -> tuple[timedelta, timedelta]:
    seconds = settings.STAFF_SESSION_SECONDS if data.get(STAFF) else settings.SESSION_SECONDS
    return timedelta(seconds=seconds[0]), timedelta(seconds=seconds[1])


def note_start(session: Any, user: User, *, address: str | None, agent: str) -> None:
    """Written into a session as a person signs in; its clock begins anew."""
    session[STARTED] = timezone.now().isoformat()
    session[AGENT], session[ADDRESS], session[STAFF] = agent[:200], address, user.is_staff


def sessions_of(user: User) -> QuerySet[Session]:
    return user.sessions.filter(alive()).defer("session_data")


def session_end(*, user: User, handle: str) -> bool:
    keys = [row.session_key for row in user.sessions.defer("session_data") if row.handle == handle]
    return bool(user.sessions.filter(session_key__in=keys).delete()[0])


def sessions_end(*, user: User, but: str | None = None) -> int:
    """End every session of the person, but for one."""
    return user.sessions.exclude(session_key=but or "").delete()[0]


def forget_ended() -> int:
    return Session.objects.exclude(alive()).delete()[0]
