"""The shells of the verbs that speak of this place: its schemas, machine, images, and development database."""

from __future__ import annotations

from migkit.model import LintLevels, Report
from migkit.shell import Tell, chosen, usual_server, verb


@verb()
def schemas(_tell: Tell) -> Report:
    """List the configured schemas: engine, directory, heads, last revision."""
    from migkit import config
    from migkit.schemas import schemas as listed

    return listed(config.load())


@verb(to="a revision, head, or steps upwards: +2 (default: head)")
def upgrade(tell: Tell, *, schema: str = "", to: str = "") -> Report:
    """Upgrade the schema's development database with Alembic; a declared target is refused.

    inv mig.upgrade --schema omni
    """
    from migkit.develop import develop

    return develop(*chosen(schema), "upgrade", to, on_event=tell)


@verb(to="a revision, base, or steps downwards: -2 (default: -1)")
def downgrade(tell: Tell, *, schema: str = "", to: str = "") -> Report:
    """Downgrade the schema's development database with Alembic; a declared target is refused.

    inv mig.downgrade --schema omni --to -1
    """
    from migkit.develop import develop

    return develop(*chosen(schema), "downgrade", to, on_event=tell)


@verb(repeated=("only",), only="build this image only; may be repeated", list_="list the images, and build none")
def images(tell: Tell, *, only: list[str] | None = None, list_: bool = False) -> Report:
    """Build migkit/mysql:9.7 and the other database images from Debian packages, where no registry is reachable."""
    from migkit import images as verbs

    return verbs.listing() if list_ else verbs.build(tuple(only or ()), tell)


@verb(rule="explain this one: why, what is bad and what is good, and what servers said")
def rules(_tell: Tell, *, schema: str = "", rule: str = "") -> Report:
    """List the rules of lint with the levels that a schema gives them, or explain one.

    inv mig.rules
    inv mig.rules --rule blob-default
    """
    from migkit.explain import rules as listed

    return listed(_levels(schema), rule)


@verb(
    target="compare the throwaway server with this target of the schema; it is only read",
    clean="remove what killed runs left: containers, directories, databases on the server whose URL is given",
    engine="look for this engine instead of the schemas'",
    server="the URL of a server to look into; with --target, the server to compare (also MIGKIT_SERVER)",
)
def doctor(
    tell: Tell, *, schema: str = "", target: str = "", clean: bool = False, engine: str = "", server: str = ""
) -> Report:
    """Say what works on this machine, with a remedy for what does not. Nothing is started or changed.

    inv mig.doctor
    inv mig.doctor --clean --server mysql://root:…@db.test/
    inv mig.doctor --schema asterisk --target production
    """
    from migkit import doctor as verbs

    server = usual_server(server, otherwise="")
    if target:
        from migkit.comparison import compare

        return compare(*chosen(schema), target, engine=engine, server=server or "auto", on_event=tell)
    options = verbs.Options(schema, engine, server)
    return verbs.clean(options) if clean else verbs.doctor(options, on_event=tell)


def _levels(schema: str) -> LintLevels:
    """Give the levels of the schema that is named or usual; the rules are the same where none is configured."""
    from migkit import config

    if schema:
        return chosen(schema)[1].lint
    try:
        project = config.load()
    except config.NoConfiguration:
        return LintLevels()
    usual = project.default_schema or next(iter(project.schemas))
    only = project.default_schema or len(project.schemas) == 1
    return project.schemas[usual].lint if only else LintLevels()
