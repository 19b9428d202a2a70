"""Judging new passwords: long rather than intricate, and none that a guesser tries early."""

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from catalog.models import User

LONGEST = 1000  # hashing is not asked to chew a megabyte
_STRONG_ENOUGH = 3  # of 4: at least ten to the eighth guesses
_JUDGED = 72  # the estimate's time grows with the length; what is longer has strength enough


class GuessableValidator:
    """Refuses what leaked lists, names, words, dates and keyboard patterns make easy to guess (zxcvbn, offline)."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(f"At most {LONGEST} characters.", code="password_too_long")
        known = [user.email, user.email.partition("@")[0], user.first_name, user.last_name] if user else []
        judged = zxcvbn(password[:_JUDGED], user_inputs=[*filter(None, known), "colorway"])
        if judged["score"] < _STRONG_ENOUGH:
            raise ValidationError(
                "This password is easy to guess. Three or four words that do not belong together are good.",
                code="password_too_guessable",
            )

    def get_help_text(self) -> str:
        return "At least 12 characters; three or four words that do not belong together are good."
