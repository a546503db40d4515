"""TLS on the way to a target: the handshake told apart from the login, and what it is about."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from migkit import servers, targets
from migkit.engines import parse
from migkit.errors import ServerError, TargetError
from migkit.model import Journal, Project, Schema, Server, Target
from migkit.targets import network
from tests.conftest import MakeSchema
from tests.server import far
from tests.server.certificates import Authority, Certificate
from tests.server.conftest import Serve, missing
from tests.server.far import (
    HOST,
    PASSWORD,
    QUOTED,
    Looked,
    Looker,
    Machine,
    Talk,
    behind,
    gone,
    greeting,
    query,
    says,
    served,
    silent,
)

pytestmark = pytest.mark.server

only = pytest.mark.parametrize


@pytest.fixture(scope="module")
def looker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looker]:
    with closing(Looker(tmp_path_factory.mktemp("looker"))) as running:
        yield running


@pytest.fixture
def joined(tmp_path: Path, looker: Looker) -> Iterator[Machine]:
    with far.apart(tmp_path, looker) as machine:
        far.join(machine)
        yield machine


# TLS: a server that speaks MySQL's greeting with certificates of every kind, and a PostgreSQL that has it set up.


def with_tls(certificate: Certificate, most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> Talk:
    """Serve as MySQL does: the greeting, the request, the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    context.maximum_version = most

    def serve(connection: socket.socket) -> None:
        connection.sendall(greeting(tls=True))
        connection.recv(36, socket.MSG_WAITALL)
        with context.wrap_socket(connection, server_side=True) as secured:
            silent(secured)

    return serve


def after_the_request(act: Talk) -> Talk:
    """Serve a greeting with TLS, and do something else where the handshake would be."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(greeting(tls=True))
        connection.recv(36, socket.MSG_WAITALL)
        act(connection)

    return serve


def test_certificates(joined: Machine, tmp_path: Path) -> None:
    joined.nets.near.put("/etc/hosts", f"{HOST} db.internal\n")
    authority = Authority(tmp_path)
    url = f"mysql://app:{QUOTED}@db.internal:3306/shop?ssl_ca={authority.file}"

    def look(certificate: Certificate) -> Looked:
        with served(joined.nets.far.listening(HOST, 3306), with_tls(certificate)):
            return joined.look(host="db.internal", url=url)

    assert look(authority.signed("db.internal")).fine()["tls"].endswith("certificate is verified for db.internal")
    other = look(authority.signed("db.example")).refused("tls")
    assert "Hostname mismatch, certificate is not valid for 'db.internal' -> connect by a name" in other
    late = look(authority.signed("db.internal", days=-5)).refused("tls")
    assert "certificate has expired -> have the certificate renewed" in late
    unknown = look(Authority(made(tmp_path / "other"), "other").signed("db.internal")).refused("tls")
    assert "unable to get local issuer certificate -> name the file of its certificate authority: ssl_ca=…" in unknown


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_server_whose_tls_is_too_old(joined: Machine, tmp_path: Path) -> None:
    certificate = Authority(tmp_path).signed(HOST)
    serve = with_tls(certificate, ssl.TLSVersion.TLSv1_2)
    with served(joined.nets.far.listening(HOST, 3306), serve):
        url = f"app:{PASSWORD}@tcp({HOST}:3306)/shop?tls=skip-verify"
        assert joined.look(url=url).fine()["tls"].startswith("TLSv1.2, ")
    words = b"\x15\x03\x01\x00\x02\x02\x46"  # the alert protocol_version
    with served(joined.nets.far.listening(HOST, 3306), after_the_request(says(words))):
        said = joined.look(url=url).refused("tls")
        assert "the TLS handshake failed: tlsv1 alert protocol version -> compare the server's TLS versions" in said


@only(
    "act,said",
    [
        (gone, "the connection was closed during the TLS handshake"),
        (silent, "the TLS handshake was not answered in "),
        (says(b"HTTP/1.1 400\r\n\r\n"), "the TLS handshake failed: wrong version number"),
    ],
)
def test_a_handshake_that_is_cut(joined: Machine, act: Talk, said: str) -> None:
    with served(joined.nets.far.listening(HOST, 3306), after_the_request(act)):
        url = f"app:{PASSWORD}@tcp({HOST}:3306)/shop?tls=skip-verify"
        assert said in joined.look(url=url, timeout="2s").refused("tls")


def test_files_of_tls_that_cannot_be_read(joined: Machine, tmp_path: Path) -> None:
    with served(joined.nets.far.listening(HOST, 3306), says(greeting(tls=True))):
        for file in (tmp_path / "none.pem", tmp_path / "migkit.toml"):
            url = f"mysql://app:{QUOTED}@{HOST}:3306/shop?ssl_ca={file}"
            said = joined.look(url=url).refused("tls")
            assert said.endswith("-> look at the files that it names")


def test_postgresql_with_tls(joined: Machine, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate = authority.signed(HOST)
    with postgresql_with_tls(certificate) as server, behind(joined.nets, server):

        def look(options: str) -> Looked:
            url = f"postgresql://{server.user}:{server.password}@{HOST}:3306/postgres{options}"
            return joined.look(url=url, engine="postgresql:15")

        assert look("").fine()["tls"].startswith("TLSv1.3, ")
        assert look("?sslmode=require").fine()["tls"].endswith("not verified (sslrootcert=… would)")
        verified = look(f"?sslmode=verify-full&sslrootcert={authority.file}").fine()
        assert verified["tls"].endswith(f"the server's certificate is verified for {HOST}")
        assert "cannot be used" in look("?sslmode=verify-full").refused("tls")
        required = look("?sslmode=disable").refused("tls")
        assert required == (
            f"{HOST}:3306 takes connections with TLS only, and sslmode=disable is set -> "
            "ask for TLS in the target's URL: sslmode=verify-full"
        )
        assert look("?sslmode=allow").fine()["tls"] == "sslmode=allow is set"
        # libpq says the same of each
        for options, enters in (("", True), ("?sslmode=require", True), ("?sslmode=disable", False)):
            assert enters is logs_in(
                f"postgresql://{server.user}:{server.password}@{server.host}:{server.port}/postgres{options}"
            )


def logs_in(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def postgresql_with_tls(certificate: Certificate) -> Iterator[Server]:
    """Run a PostgreSQL that takes connections over the network with TLS only."""
    try:
        running = servers.serve(parse("postgresql:15"), choice="docker")
        with running as server:
            url = f"postgresql://{server.user}:{server.password}@{server.host}:{server.port}/postgres"
            with psycopg.connect(url, autocommit=True) as connection:
                folder = connection.execute("SHOW data_directory").fetchone()
                assert folder
                for name, file in (("server.crt", certificate.certificate), ("server.key", certificate.key)):
                    connection.execute(_written(f"{folder[0]}/{name}", file.read_text()))
                connection.execute(_written(f"{folder[0]}/pg_hba.conf", "hostssl all all all scram-sha-256\n"))
                connection.execute("ALTER SYSTEM SET ssl = on")
                connection.execute("SELECT pg_reload_conf()")
            wait_for_tls(url)
            yield server
    except ServerError as error:
        missing(error)


def _written(path: str, text: str) -> str:
    """Give the statement by which PostgreSQL writes a file of its own."""
    literal = text.replace("'", "''")
    return f"COPY (SELECT '{literal}') TO PROGRAM 'umask 077; printf %b \"$(cat)\" > {path}'"


def wait_for_tls(url: str) -> None:
    end = time.monotonic() + 20
    while not logs_in(f"{url}?sslmode=require"):
        assert time.monotonic() < end, "PostgreSQL has no TLS"


def test_a_server_that_wants_tls_says_so_at_the_login(serve: Serve, make_schema: MakeSchema, tmp_path: Path) -> None:
    """MySQL says it after the password only: no look at the network can know."""
    server = serve("mysql:9.7")
    place = f"{server.host}:{server.port}"
    query(server, "SET GLOBAL require_secure_transport = ON")
    try:
        url = f"{server.user}:{server.password}@tcp({place})/mysql"
        assert remedy(make_schema, tmp_path, url, place).startswith("ask for TLS in the target's URL: the server")
    finally:
        query(server, "SET GLOBAL require_secure_transport = OFF", tls=True)
    query(server, f"CREATE USER secured IDENTIFIED BY '{PASSWORD}' REQUIRE SSL")
    try:
        said = remedy(make_schema, tmp_path, f"secured:{PASSWORD}@tcp({place})/mysql", place)
        assert said == (
            "look at its user and password; if they are right, ask for TLS in the target's URL: the account may want it"
        )
    finally:
        query(server, "DROP USER secured")


def remedy(make_schema: MakeSchema, folder: Path, url: str, place: str) -> str:
    target = Target("production", Journal(folder), url=url, hosts=(place,))
    schema: Schema = make_schema(engine="mysql:9.7", name=f"app{time.monotonic_ns()}", targets={"production": target})
    project = Project(folder, folder / "migkit.toml", {schema.name: schema})
    found = targets.declared(project, schema, "production")
    assert all(check.ok is not False for check in network.reached(found))
    with pytest.raises(TargetError) as caught, targets.reading(found):
        pass
    assert PASSWORD not in caught.value.message + caught.value.remedy
    return caught.value.remedy
