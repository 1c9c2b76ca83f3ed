#!/bin/sh
# Stands in for the entry point of the postgres image, on Debian's own PostgreSQL: the same variables, the same folder, the same first start.
set -e
data=/var/lib/postgresql/data
bin=$(echo /usr/lib/postgresql/*/bin)
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
mkdir -p "$data" /run/postgresql
chown -R postgres "$data" /run/postgresql
if [ ! -s "$data/PG_VERSION" ]; then
  printf '%s\n' "$POSTGRES_PASSWORD" > /run/postgresql/password
  as_postgres "$bin/initdb" -D "$data" -U "$POSTGRES_USER" --auth-host=scram-sha-256 --pwfile=/dev/stdin < /run/postgresql/password
  rm /run/postgresql/password
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  echo "CREATE DATABASE \"$POSTGRES_DB\"" | as_postgres "$bin/postgres" --single -D "$data" postgres
fi
exec setpriv --reuid postgres --regid postgres --init-groups "$bin/postgres" -D "$data" -c listen_addresses='*'
