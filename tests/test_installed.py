"""What an environment of its own is told to install, so that it has the very kit that runs."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest

from migkit.installed import requirement


def distribution(folder: Path, origin: object = None) -> metadata.Distribution:
    info = folder / "migkit-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: migkit\nVersion: 0.1.0\n", encoding="utf-8")
    if origin is not None:
        (info / "direct_url.json").write_text(json.dumps(origin), encoding="utf-8")
    return metadata.Distribution.at(info)


def test_a_kit_from_an_index_is_installed_by_its_version(tmp_path: Path) -> None:
    assert requirement(distribution(tmp_path)) == "migkit==0.1.0"


@pytest.mark.parametrize("kind", ["dir_info", "archive_info"])
def test_a_kit_from_a_folder_or_a_wheel_of_this_machine_is_installed_from_there(tmp_path: Path, kind: str) -> None:
    source = tmp_path / "a kit"
    source.mkdir()
    found = requirement(distribution(tmp_path, {"url": source.as_uri(), kind: {}}))
    assert found == f"migkit @ {source.as_uri()}"


def test_a_kit_whose_folder_is_gone_is_installed_by_its_version(tmp_path: Path) -> None:
    origin = {"url": (tmp_path / "gone.whl").as_uri(), "archive_info": {}}
    assert requirement(distribution(tmp_path, origin)) == "migkit==0.1.0"


def test_a_kit_from_a_repository_is_installed_at_the_same_commit(tmp_path: Path) -> None:
    vcs = {"vcs": "git", "requested_revision": "main", "commit_id": "a" * 40}
    origin = {"url": "https://git.example/kit.git", "vcs_info": vcs, "subdirectory": "python"}
    assert requirement(distribution(tmp_path, origin)) == (
        f"migkit @ git+https://git.example/kit.git@{'a' * 40}#subdirectory=python"
    )


def test_a_kit_from_an_archive_by_address_is_installed_from_there(tmp_path: Path) -> None:
    origin = {"url": "https://files.example/migkit-0.1.0.whl", "archive_info": {}}
    assert requirement(distribution(tmp_path, origin)) == "migkit @ https://files.example/migkit-0.1.0.whl"
