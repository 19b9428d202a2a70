#!/bin/sh
# Once, on an empty volume: the role that owns the tables and migrates, the application's, which owns nothing, the roles of the wall
# between tenants, and the database with pgvector.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v owner="$OWNER_PASSWORD" -v password="$APP_PASSWORD" <<'SQL'
CREATE ROLE colorway_owner LOGIN PASSWORD :'owner' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE colorway_app LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE ROLE colorway_merchant NOLOGIN;
CREATE ROLE colorway_shopper NOLOGIN;
CREATE ROLE colorway_staff NOLOGIN;
CREATE ROLE colorway_sweeper NOLOGIN;
GRANT colorway_merchant, colorway_shopper, colorway_staff, colorway_sweeper TO colorway_app WITH INHERIT FALSE, SET TRUE;
CREATE DATABASE colorway OWNER colorway_owner;
\connect colorway
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
SQL
