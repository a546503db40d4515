#!/bin/sh
# Fill an empty data directory and become the server.
#
# Environment, as in the official image:
#   POSTGRES_PASSWORD          required for an empty data directory: the password of POSTGRES_USER
#   POSTGRES_USER              the superuser's name (postgres)
#   POSTGRES_DB                the database to create (the superuser's name)
#   POSTGRES_HOST_AUTH_METHOD  how connections over TCP are authenticated (scram-sha-256)
#   POSTGRES_INITDB_ARGS       options of initdb, for a cluster unlike the image's: that takes a second more
#   PGDATA                     the data directory (/var/lib/postgresql/data)
set -eu

fail() {
    echo "entrypoint: $*" >&2
    exit 1
}

# $1 as an SQL string. Hexadecimal, because the single-user server takes a line for a statement.
hex() {
    printf "convert_from('\\\\x%s', 'UTF8')" "$(printf %s "$1" | od -An -v -tx1 | tr -d ' \n')"
}

# $1 as a quoted name.
name() {
    printf '"%s"' "$(printf %s "$1" | sed 's/"/""/g')"
}

# What turns the image's cluster into this container's. The superuser is renamed in the catalogue, because ALTER ROLE
# does not rename the session's own user, and a second superuser is not what initdb would have made.
accounts() {
    echo "UPDATE pg_authid SET rolname = $(hex "$user") WHERE oid = 10"
    if [ -n "$password" ]; then
        echo "DO \$\$ BEGIN EXECUTE format('ALTER ROLE %I PASSWORD %L', $(hex "$user"), $(hex "$password")); END \$\$"
    fi
    if [ "$database" != postgres ]; then
        echo "CREATE DATABASE $(name "$database")"
    fi
}

check_environment() {
    if [ -z "$password" ] && [ "$auth_method" != trust ]; then
        fail "set POSTGRES_PASSWORD (or POSTGRES_HOST_AUTH_METHOD=trust)"
    fi
    case "$user" in
        pg_*) fail "POSTGRES_USER must not begin with pg_: the server keeps these names for itself" ;;
    esac
    case "$user$database" in
        *"
"*) fail "POSTGRES_USER and POSTGRES_DB must be one line each" ;;
    esac
}

fill_datadir() {
    if [ -n "${POSTGRES_INITDB_ARGS:-}" ]; then
        # Split on purpose: the variable holds several options.
        # shellcheck disable=SC2086
        initdb --username=postgres --encoding=UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 \
            --no-sync --no-instructions $POSTGRES_INITDB_ARGS
    else
        tar --extract --file=/opt/cluster.tar --directory="$PGDATA"
    fi
    echo "host all all all $auth_method" >> "$PGDATA/pg_hba.conf"
}

# A single-user server runs the statements it is given on its input, which takes a tenth of what starting and stopping
# a temporary server does. It must not print a statement that fails, since one holds the password.
set_accounts() {
    accounts | postgres --single -F -c exit_on_error=on -c log_min_error_statement=panic -c log_checkpoints=off \
        postgres > /dev/null
}

# "docker run image --option" means the server with that option.
case "${1:-}" in
    -* | "") set -- postgres "$@" ;;
esac
if [ "$1" != postgres ]; then
    exec "$@"
fi

# Options that print and leave need no data directory.
for argument in "$@"; do
    case "$argument" in
        --help | -\? | --version | -V | --describe-config) exec "$@" ;;
    esac
done

# A fresh tmpfs or volume belongs to root. The rest of this script and the server run as postgres.
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chmod 0700 "$PGDATA"
    find "$PGDATA" /var/run/postgresql ! -user postgres -exec chown postgres:postgres {} +
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
fi

if [ -s "$PGDATA/PG_VERSION" ]; then
    exec "$@"
fi

user=${POSTGRES_USER:-postgres}
password=${POSTGRES_PASSWORD:-}
database=${POSTGRES_DB:-$user}
auth_method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
check_environment
fill_datadir
set_accounts
exec "$@"
