"""What a repository's Compose files and workflows say: which database images run, and which service has a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from migkit.starting.repository import Repository
from migkit.values import dataclass

_COMPOSE = re.compile(r"(docker-)?compose([.-][\w.-]+)?\.ya?ml")
_WORKFLOWS = (".github/workflows", ".gitlab-ci.yml")
_DEFAULT = re.compile(r"\$\{\w+:?-([^}]*)\}")
_REPOSITORIES = {  # the last word of an image's name, and the product that it holds
    "mysql": "mysql", "mysql-server": "mysql", "percona": "mysql", "percona-server": "mysql", "mariadb": "mariadb",
    "postgres": "postgresql", "postgresql": "postgresql", "postgis": "postgresql", "pgvector": "postgresql",
    "timescaledb": "postgresql", "timescaledb-ha": "postgresql",
}  # fmt: skip
_SHIPPED = re.compile(r"(?:^|-)pg(\d+)")  # timescaledb:2.11-pg15, pgvector:pg16


@dataclass(frozen=True, slots=True)
class Image:
    """A database image that a service runs; `version` is "" where its tag says none."""

    family: str
    version: str
    image: str
    service: str
    path: Path


@dataclass(frozen=True, slots=True)
class Service:
    """A service that has a folder of the repository in it: by a volume, or because its image is built from there."""

    name: str
    file: Path
    folder: Path
    command: str = ""


def images(repository: Repository) -> tuple[Image, ...]:
    """Give the database images of Compose files, then those of workflows."""
    compose = [_image(service, body, path) for path, service, body in _services(repository)]
    workflows = [
        _image(service, body, path)
        for path in repository.files
        if str(path).startswith(_WORKFLOWS)
        for service, body in _nested(_yaml(repository, path))
    ]
    return tuple(image for image in (*compose, *workflows) if image)


def services(repository: Repository) -> tuple[Service, ...]:
    """Give the services that have folders of the repository in them and run no database."""
    return tuple(
        Service(name, path, folder, str(body.get("command", "")))
        for path, name, body in _services(repository)
        if _image(name, body, path) is None
        for folder in _folders(path.parent, body)
    )


def _services(repository: Repository) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    for path in repository.files:
        if _COMPOSE.fullmatch(path.name):
            for name, body in _table(_table(_yaml(repository, path)).get("services")).items():
                yield path, str(name), _table(body)


def _nested(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Find whatever has an image, however deep a workflow has it."""
    if isinstance(value, list):
        for each in value:
            yield from _nested(each)
    for name, each in _table(value).items():
        if _table(each).get("image"):
            yield str(name), each
        yield from _nested(each)


def _image(service: str, body: Mapping[str, Any], path: Path) -> Image | None:
    image = _DEFAULT.sub(r"\1", str(body.get("image") or ""))
    name, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    family = _REPOSITORIES.get(name)
    if family is None:
        return None
    shipped = _SHIPPED.search(tag)
    version = shipped or re.match(r"(\d+(?:\.\d+)*)", tag)
    return Image(family, version[1] if version else "", image, service, path)


def _folders(base: Path, body: Mapping[str, Any]) -> Iterator[Path]:
    """Give the folders of the repository that a service has, relative to the repository's root."""
    volumes = body.get("volumes")
    for volume in volumes if isinstance(volumes, list) else []:
        source = volume.get("source", "") if isinstance(volume, dict) else str(volume).partition(":")[0]
        if str(source).startswith("."):
            yield Path(PurePosixPath(base, str(source)))
    build = body.get("build")
    context = _table(build).get("context", build) if isinstance(build, dict) else build
    if isinstance(context, str) and "://" not in context:
        yield Path(PurePosixPath(base, context))


def _yaml(repository: Repository, path: Path) -> Any:
    import yaml

    class Tolerant(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types
        """Reads what has tags of its own (`!reference`, `!override`) as nothing."""

    Tolerant.add_multi_constructor("!", lambda _loader, _suffix, _node: None)
    try:
        return yaml.load(repository.text(path), Loader=Tolerant)  # noqa: S506  # derived from SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _table(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}
