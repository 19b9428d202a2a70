import time

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.catalog.factories import UserFactory

PERSON = {"email": "ada.lovelace@example.org", "first_name": "Ada", "last_name": "Lovelace"}


@pytest.mark.parametrize(
    "password",
    [
        "short", "elevenchars", "password1234", "passwordpassword", "qwertyuiop12", "aaaaaaaaaaaa", "123456789012",
        "adalovelace1", "ada.lovelace@example.org", "abcdefghijkl", "iloveyou1234", "colorway2026", "Password123!",
        "1q2w3e4r5t6y", "x" * 1001,
    ],
)  # fmt: skip
def test_what_is_guessed_early_is_refused(password: str):
    with pytest.raises(ValidationError):
        validate_password(password, UserFactory.build(**PERSON))


@pytest.mark.parametrize(
    "password",
    ["ribbon tractor ninety moss", "Vq7#tLz0!mWe", "naïve Übung 雪 hill walk", "ribbon tractor ninety moss " * 6],
)
def test_long_phrases_and_random_letters_are_taken(password: str):
    validate_password(password, UserFactory.build(**PERSON))


def test_judging_the_longest_password_takes_no_time():
    started = time.perf_counter()
    validate_password("ribbon tractor ninety moss " * 37, UserFactory.build(**PERSON))
    assert time.perf_counter() - started < 1
