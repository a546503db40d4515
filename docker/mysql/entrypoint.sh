#!/bin/sh
# Fill an empty data directory and become the server.
#
# Environment, as in the official image:
#   MYSQL_ROOT_PASSWORD         required for an empty data directory: the password of root@localhost and root@'%'
#   MYSQL_ALLOW_EMPTY_PASSWORD  set to anything: root needs no password
#   MYSQL_DATABASE              a database to create
#   MYSQL_USER, MYSQL_PASSWORD  an account to create, with all privileges on that database
set -eu

datadir=/var/lib/mysql

fail() {
    echo "entrypoint: $*" >&2
    exit 1
}

# $1 as an SQL string. Hexadecimal, because what splits an init file into statements does not understand every quote and
# backslash that the server does.
hex() {
    printf "CONVERT(X'%s' USING utf8mb4)" "$(printf %s "$1" | od -An -v -tx1 | tr -d ' \n')"
}

# Run the statement that the string expression $1 gives.
run() {
    cat <<SQL
SET @statement = CONCAT($1);
PREPARE statement FROM @statement;
EXECUTE statement;
SQL
}

# What turns the image's data directory into this container's. It is in no log, as nobody's history begins with it.
# sql_mode is emptied for this session: NO_BACKSLASH_ESCAPES and ANSI_QUOTES would change what is written here.
accounts() {
    cat <<SQL
SET SESSION sql_log_bin = 0, SESSION sql_log_off = 1, SESSION sql_mode = '';
SET @password = $(hex "${MYSQL_ROOT_PASSWORD:-}");
$(run "'ALTER USER root@localhost IDENTIFIED WITH caching_sha2_password BY ', QUOTE(@password)")
$(run "'CREATE USER root@\`%\` IDENTIFIED WITH caching_sha2_password BY ', QUOTE(@password)")
GRANT ALL ON *.* TO root@\`%\` WITH GRANT OPTION;
SQL
    if [ -n "${MYSQL_DATABASE:-}" ]; then
        cat <<SQL
SET @name = REPLACE($(hex "$MYSQL_DATABASE"), '\`', '\`\`');
$(run "'CREATE DATABASE IF NOT EXISTS \`', @name, '\`'")
SQL
    fi
    if [ -n "${MYSQL_USER:-}" ]; then
        cat <<SQL
SET @user = $(hex "$MYSQL_USER"), @password = $(hex "$MYSQL_PASSWORD");
$(run "'CREATE USER ', QUOTE(@user), '@\`%\` IDENTIFIED WITH caching_sha2_password BY ', QUOTE(@password)")
SQL
    fi
    # In the database name of a GRANT, _ and % are wildcards.
    if [ -n "${MYSQL_DATABASE:-}" ] && [ -n "${MYSQL_USER:-}" ]; then
        cat <<SQL
SET @name = REPLACE(REPLACE(@name, '_', '\\\\_'), '%', '\\\\%');
$(run "'GRANT ALL ON \`', @name, '\`.* TO ', QUOTE(@user), '@\`%\`'")
SQL
    fi
    echo 'SET @statement = NULL, @password = NULL;'
}

check_environment() {
    if [ -z "${MYSQL_ROOT_PASSWORD:-}" ] && [ -z "${MYSQL_ALLOW_EMPTY_PASSWORD:-}" ]; then
        fail "set MYSQL_ROOT_PASSWORD (or MYSQL_ALLOW_EMPTY_PASSWORD=1)"
    fi
    if [ "${MYSQL_USER:-}" = root ]; then
        fail "MYSQL_USER is for a second account: root is made from MYSQL_ROOT_PASSWORD"
    fi
    if [ -n "${MYSQL_USER:-}" ] && [ -z "${MYSQL_PASSWORD:-}" ]; then
        fail "MYSQL_USER needs MYSQL_PASSWORD"
    fi
}

# Some settings are fixed when a data directory is initialised, and the image's one was with the defaults.
needs_own_datadir() {
    fixed='lower.case.table.names|innodb.(page.size|data.file.path|data.home.dir|undo.directory|log.group.home.dir)'
    printf '%s\n' "$@" | grep -qsE "^--(loose.)?($fixed)" ||
        grep -qshE "^[[:space:]]*(loose.)?($fixed)" /etc/mysql/conf.d/*.cnf
}

fill_datadir() {
    if needs_own_datadir "$@"; then
        "$@" --initialize-insecure --init-file=/opt/initialise.sql
    else
        tar --extract --file=/opt/datadir.tar --directory="$datadir"
    fi
}

# "docker run image --option" means the server with that option.
case "${1:-}" in
    -* | "") set -- mysqld "$@" ;;
esac
if [ "$1" != mysqld ]; then
    exec "$@"
fi

# Options that print and leave need no data directory.
for argument in "$@"; do
    case "$argument" in
        --help | -\? | --version | -V | --print-defaults) exec "$@" ;;
    esac
done

# A fresh tmpfs or volume belongs to root. The rest of this script and the server run as mysql.
if [ "$(id -u)" = 0 ]; then
    find "$datadir" /var/run/mysqld ! -user mysql -exec chown mysql:mysql {} +
    exec setpriv --reuid=mysql --regid=mysql --init-groups -- "$0" "$@"
fi

if [ -d "$datadir/mysql" ]; then
    exec "$@"
fi

check_environment
fill_datadir "$@"
# The server runs an init file before it accepts the first connection, which saves a temporary server. This one is a
# pipe, so that the password is never in a file; it belongs to mysql, hence is made after the change of user.
exec "$@" --init-file=/dev/fd/3 3<<SQL
$(accounts)
SQL
