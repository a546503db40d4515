"""A package archive of a test's own on the loopback, as apt reads it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MARIADBD = "#!/bin/sh\necho 'mariadbd  Ver 10.11.99-MariaDB for debian-linux-gnu on x86_64 (Debian 12)'\n"
_INSTALLED = """\
Package: libc6
Status: install ok installed
Version: 2.36-9
Architecture: all
Maintainer: t <t@example.org>
Description: the one package that this machine has
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


@dataclass
class Archive:
    """Packages in a folder, and the configuration that lets apt see them and no others."""

    folder: Path
    options: str = "[trusted=yes]"  # as an administrator writes for an archive of his own without a signature
    port: int = 0
    settings: list[str] = field(default_factory=list)

    def add(
        self,
        name: str,
        version: str = "1:10.11.99-1",
        *,
        architecture: str = "all",
        depends: str = "",
        program: str = MARIADBD,
    ) -> Path:
        """Build a package with one program in /usr/sbin, and list it."""
        shutil.rmtree(self.folder / "trees", ignore_errors=True)
        tree = self.folder / "trees" / name
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "usr" / "sbin").mkdir(parents=True)
        (tree / "usr" / "share" / "doc" / name).mkdir(parents=True)
        (tree / "usr" / "share" / "doc" / name / "copyright").write_text("free", encoding="utf-8")
        path = tree / "usr" / "sbin" / ("mariadbd" if name.startswith("mariadb-server-core") else name)
        path.write_text(program, encoding="utf-8")
        path.chmod(0o755)
        fields = {"Package": name, "Version": version, "Architecture": architecture, "Maintainer": "t <t@example.org>"}
        fields |= {"Depends": depends} if depends else {}
        control = "".join(f"{key}: {value}\n" for key, value in fields.items()) + "Description: a test\n"
        (tree / "DEBIAN" / "control").write_text(control, encoding="utf-8")
        made = self.folder / f"{name}_{architecture}.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", str(tree), str(made)], check=True, capture_output=True)
        data = made.read_bytes()
        entry = f"{control}Filename: ./{made.name}\nSize: {len(data)}\nSHA256: {hashlib.sha256(data).hexdigest()}\n\n"
        with (self.folder / "Packages").open("a", encoding="utf-8") as file:
            file.write(entry)
        listed = (self.folder / "Packages").read_bytes()
        digest = hashlib.sha256(listed).hexdigest()
        release = f"Date: Sat, 01 Nov 2025 00:00:00 UTC\nSHA256:\n {digest} {len(listed)} Packages\n"
        (self.folder / "Release").write_text(release, encoding="utf-8")
        return made

    def empty(self) -> None:
        """Take every package out."""
        for path in self.folder.glob("*.deb"):
            path.unlink()
        (self.folder / "Packages").write_text("", encoding="utf-8")

    def configuration(self) -> Path:
        """Write what APT_CONFIG is to name."""
        sources = self.folder / "sources.list"
        sources.write_text(f"deb {self.options} http://127.0.0.1:{self.port}/ ./\n", encoding="utf-8")
        (self.folder / "status").write_text(_INSTALLED, encoding="utf-8")
        for name in ("lists/partial", "parts"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        lines = [
            f'Dir::Etc::sourcelist "{sources}";',
            f'Dir::Etc::sourceparts "{self.folder / "parts"}";',
            f'Dir::State::lists "{self.folder / "lists"}";',
            f'Dir::State::status "{self.folder / "status"}";',
            'Acquire::http::Proxy "DIRECT";',
            *self.settings,
        ]
        path = self.folder / "apt.conf"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path


@contextmanager
def served(folder: Path) -> Iterator[Archive]:
    """Serve an empty archive for the time of this block."""
    folder.mkdir()
    (folder / "Packages").touch()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Archive(folder, port=server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
