#!/bin/sh
# Fill an empty data directory and become the server.
#
# Environment, as in the official image; each may be spelled MYSQL_ instead of MARIADB_:
#   MARIADB_ROOT_PASSWORD              required for an empty data directory: that of root@localhost and root@'%'
#   MARIADB_ALLOW_EMPTY_ROOT_PASSWORD  set to anything: root needs no password (MYSQL_ALLOW_EMPTY_PASSWORD)
#   MARIADB_DATABASE                   a database to create
#   MARIADB_USER, MARIADB_PASSWORD     an account to create, with all privileges on that database
set -eu

datadir=/var/lib/mysql
root_password=${MARIADB_ROOT_PASSWORD:-${MYSQL_ROOT_PASSWORD:-}}
allow_empty=${MARIADB_ALLOW_EMPTY_ROOT_PASSWORD:-${MARIADB_ALLOW_EMPTY_PASSWORD:-${MYSQL_ALLOW_EMPTY_PASSWORD:-}}}
database=${MARIADB_DATABASE:-${MYSQL_DATABASE:-}}
user=${MARIADB_USER:-${MYSQL_USER:-}}
password=${MARIADB_PASSWORD:-${MYSQL_PASSWORD:-}}

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
SET @password = $(hex "$root_password");
$(run "'ALTER USER root@localhost IDENTIFIED BY ', QUOTE(@password)")
$(run "'CREATE USER root@\`%\` IDENTIFIED BY ', QUOTE(@password)")
GRANT ALL ON *.* TO root@\`%\` WITH GRANT OPTION;
SQL
    if [ -n "$database" ]; then
        cat <<SQL
SET @name = REPLACE($(hex "$database"), '\`', '\`\`');
$(run "'CREATE DATABASE IF NOT EXISTS \`', @name, '\`'")
SQL
    fi
    if [ -n "$user" ]; then
        cat <<SQL
SET @user = $(hex "$user"), @password = $(hex "$password");
$(run "'CREATE USER ', QUOTE(@user), '@\`%\` IDENTIFIED BY ', QUOTE(@password)")
SQL
    fi
    # In the database name of a GRANT, _ and % are wildcards.
    if [ -n "$database" ] && [ -n "$user" ]; then
        cat <<SQL
SET @name = REPLACE(REPLACE(@name, '_', '\\\\_'), '%', '\\\\%');
$(run "'GRANT ALL ON \`', @name, '\`.* TO ', QUOTE(@user), '@\`%\`'")
SQL
    fi
    echo 'SET @statement = NULL, @password = NULL;'
}

check_environment() {
    if [ -z "$root_password" ] && [ -z "$allow_empty" ]; then
        fail "set MARIADB_ROOT_PASSWORD (or MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1)"
    fi
    if [ "$user" = root ]; then
        fail "MARIADB_USER is for a second account: root is made from MARIADB_ROOT_PASSWORD"
    fi
    if [ -n "$user" ] && [ -z "$password" ]; then
        fail "MARIADB_USER needs MARIADB_PASSWORD"
    fi
}

# Some settings are fixed when a data directory is initialised, and the image's one was with the defaults.
needs_own_datadir() {
    fixed='innodb.(page.size|data.file.path|data.home.dir|undo.(directory|tablespaces)|log.group.home.dir)'
    printf '%s\n' "$@" | grep -qsE "^--(loose.)?($fixed)" ||
        grep -qshE "^[[:space:]]*(loose.)?($fixed)" /etc/mysql/conf.d/*.cnf
}

fill_datadir() {
    if needs_own_datadir "$@"; then
        shift
        mariadb-install-db --skip-test-db --auth-root-authentication-method=normal \
            --extra-file=/opt/initialise.sql "$@" --skip-log-bin >&2
    else
        tar --extract --file=/opt/datadir.tar --directory="$datadir"
    fi
}

# "docker run image --option" means the server with that option.
case "${1:-}" in
    -* | "") set -- mariadbd "$@" ;;
esac
if [ "$1" != mariadbd ] && [ "$1" != mysqld ]; then
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
    find "$datadir" /run/mysqld ! -user mysql -exec chown mysql:mysql {} +
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
