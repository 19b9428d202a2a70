"""Puts the tabs of `catalog.navigation` into pages."""

from dataclasses import dataclass

from django import template
from django.urls import reverse

from catalog.models import Role
from catalog.navigation import tabs

register = template.Library()


@dataclass(frozen=True, kw_only=True)
class NavItem:
    title: str
    url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def merchant_nav(context: template.Context) -> list[NavItem]:
    request = context["request"]
    shown = [(tab.title, reverse(tab.url_name)) for tab in tabs() if request.membership.may(Role(tab.role))]
    # The longest address that the page's own begins with is where we are.
    current = max((url for _, url in shown if request.path.startswith(url)), key=len, default="")
    return [NavItem(title=title, url=url, is_current=url == current) for title, url in shown]
