"""What a target's URL or DSN says of TLS, in the words of the kit's own driver: all of it, or an error.

An option of another driver that asks for TLS is never left out: the password would go over the wire without.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from typing import Any

from migkit.config import shown
from migkit.errors import TargetError
from migkit.model import Target
from migkit.product import Console

_TRUE, _FALSE = ("1", "true", "TRUE", "True"), ("", "0", "false", "FALSE", "False")  # go-sql-driver's readBool
_ABOUT = re.compile(r"_?(ssl|tls)", re.IGNORECASE)
_NO = frozenset({"", "0", "false", "no", "off", "none"})
_FLAGS = ("ssl_disabled", "ssl_verify_identity", "ssl_verify_cert", "ssl_check_hostname", "ssl_key_password")
_LEVELS = {"skip-verify": "none", "verify-ca": "ca"}


def of_dsn(wanted: str, target: Target) -> tuple[dict[str, str], dict[str, Any]]:
    """Give a URL's options and a driver's arguments for Go's `tls`: a name of the application's is the target's `tls`.

    Raises TargetError where such a name has none.
    """
    known = "false" if wanted in _FALSE else "true" if wanted in _TRUE else wanted.lower()
    if known in ("false", "true", "preferred", "skip-verify"):
        return {}, _arguments(known, {}, target)
    if target.tls is None:
        raise TargetError(
            f"target {target.name}: tls={wanted} of its DSN is registered in the application's code",
            remedy='say what it is: tls = { ca = "ca.pem" } of the target, with cert and key if it has them',
        )
    named = {"ssl_ca": target.tls.ca, "ssl_cert": target.tls.cert, "ssl_key": target.tls.key}
    files = {option: str(path) for option, path in named.items() if path is not None}
    return files, {"ssl": _context(target.tls.verify, files, target)}


def of_url(query: Mapping[str, Any], spoken: Console, target: Target) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give those options of a URL that the kit's driver takes, respelled, and its arguments for the others about TLS.

    Raises TargetError for one about TLS that it does not know.
    """
    if target.tls is not None:
        raise TargetError(
            f"target {target.name}: `tls` is for the name that a DSN's tls=… has, and its url is no DSN",
            remedy="say it in the URL: ssl_ca=… or sslrootcert=…",
        )
    named = {spoken.respelled.get(option, option): value for option, value in query.items()}
    kept = {option: value for option, value in named.items() if option in spoken.target_options}
    mode = str(named.pop(spoken.tls_mode, "")).upper() if spoken.tls_mode else ""
    lost = sorted(option for option in named if _ABOUT.match(option) and option not in kept)
    if lost or (mode and mode not in spoken.tls_modes):
        what = ", ".join(lost) or f"{spoken.tls_mode}={mode}"
        ways = sorted(option for option in spoken.target_options if _ABOUT.match(option))
        said = f"target {target.name}: what its URL says of TLS is not known here: {what}"
        raise TargetError(said, remedy=f"say it by {', '.join(ways)}")
    wanted = spoken.tls_modes[mode] if mode else _by_flags(kept)
    rest = {option: value for option, value in kept.items() if option not in _FLAGS}
    return rest, _arguments(wanted, kept, target) if wanted else {}


def _by_flags(query: Mapping[str, Any]) -> str:
    """Give what PyMySQL's own options come to, as Go's `tls` has it; "" where the driver may be left to them.

    Beside ssl_verify_… it forgets the authority, and verifies no name (1.2.4); and ssl_disabled=false disables.
    """
    given = {option: str(query[option]).lower() not in _NO for option in _FLAGS if option in query}
    authority = any(query.get(option) for option in ("ssl_ca", "ssl_capath"))
    if given.pop("ssl_disabled", False):
        return "false"
    if given.get("ssl_verify_identity") or given.get("ssl_check_hostname"):
        return "true"
    if given.get("ssl_verify_cert") is False:
        return "skip-verify"
    if given.pop("ssl_key_password", False) and not given:
        return "true" if authority else "skip-verify"
    return "" if not given else "verify-ca" if authority or given.get("ssl_verify_cert") else "preferred"


def _arguments(wanted: str, files: Mapping[str, Any], target: Target) -> dict[str, Any]:
    if wanted == "false":
        return {"ssl_disabled": True}
    if wanted == "preferred":
        return {}  # what PyMySQL does by itself, from 1.2 on
    return {"ssl": _context(_LEVELS.get(wanted, "full"), files, target)}


def _context(verify: str, files: Mapping[str, Any], target: Target) -> ssl.SSLContext:
    """Make a context: `full` verifies the name too, `ca` who signed it, `none` nothing."""
    given = {option: str(files[option]) for option in ("ssl_ca", "ssl_cert", "ssl_key") if files.get(option)}
    try:
        context = ssl.create_default_context(cafile=given.get("ssl_ca"), capath=files.get("ssl_capath"))
        if "ssl_cert" in given:
            context.load_cert_chain(given["ssl_cert"], given.get("ssl_key"), files.get("ssl_key_password"))
    except (OSError, ValueError) as error:
        listed = ", ".join(map(_file, given.values()))
        reason = getattr(error, "strerror", None) or getattr(error, "reason", None) or type(error).__name__
        raise TargetError(
            f"target {target.name}: its files of TLS cannot be used: {listed}: {reason}",
            remedy="look at those files: certificates as PEM, a key without a password",
        ) from None
    context.check_hostname = verify == "full"
    context.verify_mode = ssl.CERT_NONE if verify == "none" else ssl.CERT_REQUIRED
    return context


def _file(path: str) -> str:
    from pathlib import Path

    return shown(Path(path))
