"""Second factors in Chromium: the authenticator app, and a passkey on Chromium's virtual authenticator."""

from time import time

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from catalog.models import Membership
from tests.catalog.factories import PASSWORD, MembershipFactory
from tests.end_to_end.chromium import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: set CHROMIUM to one"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def member(transactional_db) -> Membership:
    return MembershipFactory(role="owner")


def _sign_in(page: Page, member: Membership) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(member.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _virtual_authenticator(page: Page) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip


def test_a_passkey_is_added_and_signs_in_without_a_password(open_page, live_server, member: Membership):
    page = open_page()
    local = live_server.url.replace("127.0.0.1", "localhost")  # passkeys are bound to a name, not to a number
    _virtual_authenticator(page)
    page.goto(f"{local}/account/login/?next=/account/")
    page.get_by_label("E-mail address").fill(member.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Add").click()
    page.get_by_label("A name to know it by").fill("Laptop")
    page.get_by_role("button", name="Create the passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Laptop")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{local}/account/login/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Products")).to_be_visible()
    page.goto(f"{local}/account/")
    expect(page.get_by_text("last used")).to_have_count(2)  # the passkey and this session


def test_an_authenticator_app_is_set_up_and_asked_for(open_page, member: Membership):
    page = open_page()
    _sign_in(page, member)
    page.goto("/account/authenticator/")
    expect(page.locator(".qr svg")).to_be_visible()
    device = TOTPDevice.objects.get(user=member.user)
    page.get_by_role("textbox", name="Code", exact=True).fill(f"{totp(device.bin_key):06d}")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    code = page.locator(".codes code").first.inner_text()
    page.get_by_role("button", name="Sign out").click()
    _sign_in(page, member)
    page.get_by_role("textbox", name="Code", exact=True).fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("That recovery code is used up; 9 are left.")).to_be_visible()


def test_an_old_session_is_asked_and_loses_nothing(open_page, member: Membership):
    page = open_page()
    _sign_in(page, member)
    session = member.user.sessions.get()
    data = session.get_decoded() | {"confirmed_at": int(time()) - 1000}
    store = session.get_session_store_class()(session.session_key)
    member.user.sessions.update(session_data=store.encode(data))
    page.goto("/merchant/tokens/")
    page.get_by_label("Name").fill("Warehouse sync")
    page.get_by_role("button", name="Create the token").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password or code").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Copy the token now.")).to_be_visible()
    page.goto("/merchant/log/")
    expect(page.get_by_text("Warehouse sync", exact=False).first).to_be_visible()
