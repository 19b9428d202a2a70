"""The tabs of the merchant's pages. Apps above the catalogue register theirs in their `AppConfig.ready`."""

from dataclasses import dataclass

from catalog.models.merchant import Role


@dataclass(frozen=True, kw_only=True)
class Tab:
    title: str
    url_name: str
    position: int  # from left to right
    role: Role = Role.VIEWER


_TABS: list[Tab] = [
    Tab(title="Products", url_name="catalog:products", position=0),
    Tab(title="Settings", url_name="catalog:shop-settings", position=79, role=Role.OWNER),
    Tab(title="Members", url_name="catalog:members", position=80),
    Tab(title="API tokens", url_name="catalog:tokens", position=90, role=Role.OWNER),
    Tab(title="Log", url_name="catalog:log", position=95, role=Role.OWNER),
]


def register_tab(tab: Tab) -> None:
    if tab not in _TABS:
        _TABS.append(tab)
        _TABS.sort(key=lambda item: item.position)


def tabs() -> list[Tab]:
    return list(_TABS)
