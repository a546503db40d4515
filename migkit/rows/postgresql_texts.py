"""Texts that PostgreSQL reads as values of the types which have no arithmetic here: edges first, then ever new ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

_MANY = 400
_FIRST = date(2001, 1, 1)


def _made(text: Callable[[int], str], *edges: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*edges, *(text(number) for number in range(1, _MANY)))))


def _apart(bound: Callable[[int], str]) -> tuple[str, ...]:
    """Give ranges that have no point in common: what an exclusion constraint asks for."""
    return tuple(f"[{bound(number)},{bound(number + 1)})" for number in range(_MANY))


def _day(number: int) -> str:
    return str(_FIRST + timedelta(days=number))


CHOICES: Mapping[str, tuple[str, ...]] = {
    "interval": _made(lambda n: f"{n} days 06:07:08", "00:00:00", "-1 mons", "1 year 2 mons 3 days 04:05:06.789012"),
    "inet": _made(lambda n: f"10.1.{n // 256}.{n % 256}", "0.0.0.0/32", "255.255.255.255", "::1", "192.168.1.5/24"),
    "cidr": _made(lambda n: f"10.{n // 256}.{n % 256}.0/24", "0.0.0.0/0", "2001:db8::/32"),
    "macaddr": _made(lambda n: f"02:00:00:00:{n // 256:02x}:{n % 256:02x}", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"),
    "macaddr8": _made(lambda n: f"02:00:00:00:00:00:{n // 256:02x}:{n % 256:02x}", "00:00:00:00:00:00:00:00"),
    "tsvector": _made(lambda n: f"'word{n}':{n}", "", "'a':1A 'b':2"),
    "tsquery": _made(lambda n: f"'word{n}'", "", "'a' & !'b'"),
    "xml": _made(lambda n: f'<row n="{n}"/>', "<a/>", "<a>ü &amp; <b/></a>"),
    "point": _made(lambda n: f"({n},-{n})", "(0,0)"),
    "line": _made(lambda n: f"{{1,0,-{n}}}"),
    "lseg": _made(lambda n: f"[(0,0),({n},{n})]"),
    "box": _made(lambda n: f"({n + 1},{n + 1}),({n},{n})"),
    "path": _made(lambda n: f"[(0,0),({n},1)]", "((0,0),(1,1),(2,0))"),
    "polygon": _made(lambda n: f"((0,0),({n},1),({n},0))"),
    "circle": _made(lambda n: f"<({3 * n},0),1>", "<(0,0),0>"),
    "pg_lsn": _made(lambda n: f"0/{n:X}", "0/0"),
    "xid": _made(str),
    "xid8": _made(str),
    "cid": _made(str),
    "tid": _made(lambda n: f"(0,{n})"),
    "txid_snapshot": _made(lambda n: f"{n}:{n}:"),
    "pg_snapshot": _made(lambda n: f"{n}:{n}:"),
    "regclass": ("pg_class", "pg_type", "pg_attribute", "pg_index"),
    "regtype": ("integer", "text", "boolean", "uuid"),
    "regproc": ("now", "pg_backend_pid"),
    "regnamespace": ("pg_catalog",),
    "jsonpath": _made(lambda n: f'$."k{n}"', "$"),
    "hstore": _made(lambda n: f'"k"=>"v{n}"', "", '"a"=>NULL'),
    "ltree": _made(lambda n: f"top.n{n}", "top"),
    "lquery": _made(lambda n: f"top.n{n}", "*"),
    "ltxtquery": _made(lambda n: f"n{n}"),
    "cube": _made(lambda n: f"({n})", "(0)"),
    "seg": _made(str, "0"),
    "box2d": _made(lambda n: f"BOX(0 0,{n} {n})"),
    "box3d": _made(lambda n: f"BOX3D(0 0 0,{n} {n} {n})"),
}

RANGED: Mapping[str, tuple[str, ...]] = {
    "int4": _apart(str),
    "int8": _apart(str),
    "numeric": _apart(lambda n: f"{n}.5"),
    "float8": _apart(lambda n: f"{n}.5"),
    "float4": _apart(lambda n: f"{n}.5"),
    "int2": _apart(str),
    "date": _apart(_day),
    "timestamp": _apart(lambda n: f'"{_day(n)} 00:00:00"'),
    "timestamptz": _apart(lambda n: f'"{_day(n)} 00:00:00+00"'),
    "time": _apart(lambda n: f"{n // 60:02d}:{n % 60:02d}:00"),
    "interval": _apart(lambda n: f'"{n} days"'),
    "inet": _apart(lambda n: f"10.1.{n // 256}.{n % 256}"),
    "text": _apart(lambda n: f"k{n:05d}"),
    "varchar": _apart(lambda n: f"k{n:05d}"),
    "uuid": _apart(lambda n: f"00000000-0000-4000-8000-{n:012x}"),
}


def vector(dimensions: int) -> tuple[str, ...]:
    """Give vectors of so many dimensions; of one where the column leaves it open."""
    return tuple(f"[{','.join([str(number)] + ['0'] * (dimensions - 1))}]" for number in range(1, 60))
