-- Who may enter the database. Run by `psql` as its superuser, as often as you like: it makes what is
-- missing, and gives both roles the passwords of the environment, so a changed one holds at once.
--
-- OWNER owns the database and is no superuser; READER may connect, and reads what
-- `forecaster migrate --reader` lets it read, up to the clearance that is given there.
\set ON_ERROR_STOP on
\getenv database DATABASE
\getenv owner OWNER
\getenv reader READER
\getenv owner_password OWNER_PASSWORD
\getenv reader_password READER_PASSWORD

-- A statement that fails is not written to the server's log with a password in it.
SET log_min_error_statement = panic;
SET log_statement = none;
SET password_encryption = 'scram-sha-256';

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY[:'owner', :'reader']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE :"owner" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD :'owner_password';
ALTER ROLE :"reader" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    CONNECTION LIMIT 20 PASSWORD :'reader_password';
ALTER ROLE :"reader" SET default_transaction_read_only = on;
ALTER ROLE :"reader" SET statement_timeout = '30s';

SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"reader";
