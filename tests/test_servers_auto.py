"""What `--server auto` takes of what the kinds offer, and what it says of those before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from migkit import servers
from migkit.engines import parse
from migkit.errors import ConfigError, ServerError
from migkit.model import Server
from migkit.product import ServerSettings
from migkit.servers import auto
from migkit.servers.offer import Offer
from migkit.servers.request import Request

MYSQL, SETTINGS = parse("mysql:9.7"), ServerSettings()
EXACT, OTHER, RELATIVE = Offer("mysql"), Offer("mysql", "is 8.4"), Offer("mariadb", "is MariaDB")
Offers = Callable[..., auto.Choice]


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Offers:
    """Let kinds offer something, or refuse with a reason; `pulled` is the image that docker then gets."""

    def chosen(*offers: Offer | str, pulled: str = "") -> auto.Choice:
        for name, offer in zip(servers.KINDS, offers, strict=True):
            monkeypatch.setitem(auto._OFFERS, name, offering(offer))
        monkeypatch.setattr("migkit.servers.docker.obtain", obtaining(pulled))
        return auto.choose(Request(MYSQL), lambda _event: None)

    return chosen


def offering(offer: Offer | str) -> Callable[..., Offer]:
    def ask(_request: Request) -> Offer:
        if isinstance(offer, str):
            raise ServerError(offer)
        return offer

    return ask


def obtaining(image: str) -> Callable[..., str]:
    def obtain(*_args: object) -> str:
        if not image:
            raise ServerError("no registry")
        return image

    return obtain


@pytest.mark.parametrize(
    ("offers", "kind"),
    [
        ((EXACT, EXACT, EXACT), "docker"),
        (("no Docker", EXACT, EXACT), "local"),
        (("no Docker", "no program", EXACT), "packaged"),
        ((OTHER, EXACT, EXACT), "local"),
        ((OTHER, RELATIVE, EXACT), "packaged"),
        (("no Docker", RELATIVE, OTHER), "packaged"),
        (("no Docker", RELATIVE, RELATIVE), "local"),
        ((OTHER, RELATIVE, "no package"), "local"),
    ],
)
def test_the_first_that_has_what_is_wanted_is_taken_and_else_what_is_nearest(
    choose: Offers, offers: tuple[Offer | str, ...], kind: str
) -> None:
    assert choose(*offers).kind == kind


def test_an_image_is_pulled_where_nothing_at_hand_is_what_is_wanted(choose: Offers) -> None:
    taken = choose(OTHER, RELATIVE, RELATIVE, pulled="mysql:9.7")
    assert (taken.kind, taken.images) == ("docker", {"mysql": "mysql:9.7"})
    assert choose(OTHER, EXACT, RELATIVE, pulled="mysql:9.7").kind == "local"


def test_what_was_passed_over_is_said_with_its_reason(choose: Offers) -> None:
    assert choose("no Docker", RELATIVE, EXACT).passed_over == ("docker: no Docker", "local: is MariaDB")
    assert choose(OTHER, RELATIVE, "no package").passed_over == ("docker: no registry",)
    assert choose(EXACT, "no program", "no package").passed_over == ()


def test_none_at_all_is_an_error_with_every_reason_and_how_to_get_one(choose: Offers) -> None:
    with pytest.raises(ServerError, match="docker: no Docker; local: no program; packaged: no package") as caught:
        choose("no Docker", "no program", "no package")
    assert caught.value.remedy


def test_what_was_taken_is_said_in_one_line() -> None:
    told = ("docker: it said\nthis and\nthat",)
    server = Server(MYSQL, "local", "MariaDB", "10.11.19", origin="/usr/sbin/mariadbd", passed_over=told)
    assert auto.line(server) == "server: local, MariaDB 10.11.19 (/usr/sbin/mariadbd); docker: it said this and that"


def test_a_kind_that_is_not_known_is_refused_with_the_nearest() -> None:
    for wrong, near in {"locale": "local", "packages": "packaged", "dokcer": "docker"}.items():
        with pytest.raises(ConfigError) as caught, servers.serve(MYSQL, choice=wrong):
            pytest.fail("it was served")
        assert caught.value.remedy == f"write --server {near}"
