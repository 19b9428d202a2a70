#!/bin/sh
# Once, on an empty volume: the application's role, which is no superuser, the role of the wall between tenants, and the database with pgvector.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v password="$APP_PASSWORD" <<'SQL'
CREATE ROLE colorway_app LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE colorway_merchant NOLOGIN;
GRANT colorway_merchant TO colorway_app WITH INHERIT FALSE, SET TRUE;
CREATE DATABASE colorway OWNER colorway_app;
\connect colorway
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
SQL
