"""The tables of `accounts.sqlite`."""

FORMAT = "1"
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE accounts (
    account_id TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'admin')), groups TEXT NOT NULL, password TEXT,
    disabled INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL, signed_in_at TEXT);
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    began_at REAL NOT NULL, used_at REAL NOT NULL, ended INTEGER NOT NULL DEFAULT 0);
CREATE INDEX sessions_of ON sessions(account_id);
CREATE INDEX sessions_began ON sessions(began_at);
CREATE TABLE keys (
    key_id TEXT PRIMARY KEY, key_hash TEXT NOT NULL UNIQUE, account_id TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
    label TEXT NOT NULL, scopes TEXT NOT NULL, created_at REAL NOT NULL, expires_at REAL, used_at REAL);
CREATE INDEX keys_of ON keys(account_id);
CREATE TABLE attempts (key TEXT PRIMARY KEY, failures INTEGER NOT NULL, at REAL NOT NULL);
CREATE INDEX attempts_at ON attempts(at);
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
    about TEXT NOT NULL, address TEXT NOT NULL);
CREATE INDEX audit_at ON audit(at);
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
WHEN old.at >= coalesce((SELECT value FROM meta WHERE key = 'audit_from'), '')
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
INSERT INTO meta VALUES ('salt', lower(hex(randomblob(32))))"""
"""Statements, each but the last ended by a `;` at the end of its line."""
