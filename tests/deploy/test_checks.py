import pytest

from deploy import checks
from gpu_worker.origin import credentials

GOOD = {
    "PRODUCTION": True, "DEBUG": False, "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": ["shop.example"], "TRUSTED_PROXIES": ["10.0.0.0/8"],
    "S3_PUBLIC_DELIVERY": "presigned", "S3_PUBLIC_URL": None, "BROKER_URL": "rediss://broker.example/0",
    "WEBHOOKS_ALLOW_PRIVATE": False, "STAFF_SECOND_FACTOR": True,
}  # fmt: skip


def _ids() -> set[str]:
    every = (
        checks.check_secret_key, checks.check_production, checks.check_delivery, checks.check_broker,
        checks.check_signing_key,
    )  # fmt: skip
    return {message.id for check in every for message in check()}


def _set(settings, **values: object) -> None:
    for name, value in (GOOD | values).items():
        setattr(settings, name, value)


def test_good_production_settings_pass(settings):
    _set(settings)
    assert _ids() == set()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"SECRET_KEY": "short"}, "deploy.E001"),
        ({"DEBUG": True}, "deploy.E002"),
        ({"ALLOWED_HOSTS": ["localhost"]}, "deploy.E003"),
        ({"ALLOWED_HOSTS": ["*", "shop.example"]}, "deploy.E003"),
        ({"WEBHOOKS_ALLOW_PRIVATE": True}, "deploy.E007"),
        ({"STAFF_SECOND_FACTOR": False}, "deploy.E008"),
        ({"TRUSTED_PROXIES": []}, "deploy.W001"),
        ({"S3_PUBLIC_DELIVERY": "cdn"}, "deploy.E004"),
        ({"S3_PUBLIC_DELIVERY": "public"}, "deploy.E005"),
        ({"BROKER_URL": "memory://"}, "deploy.E006"),
    ],
)
def test_a_wrong_setting_is_explained(settings, values, expected):
    _set(settings, **values)
    assert _ids() == {expected}


def test_a_missing_signing_key_is_said_in_production_and_a_broken_one_always(settings, monkeypatch, tmp_path):
    _set(settings)
    monkeypatch.setattr(checks, "installation", lambda: None)
    assert _ids() == {"deploy.W002"}
    settings.PRODUCTION = False
    assert _ids() == set()
    own, other = (credentials.create(tmp_path / name, name) for name in ("own", "other"))
    for key in (b"no key", other.key):
        monkeypatch.setattr(checks, "installation", lambda key=key: credentials.Credentials(key=key, chain=own.chain))
        assert _ids() == {"deploy.E009"}
