#!/bin/sh
# Once, on an empty volume: the application's role, which is no superuser, and its database with pgvector.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v password="$APP_PASSWORD" <<'SQL'
CREATE ROLE colorway_app LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE colorway OWNER colorway_app;
\connect colorway
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
SQL
