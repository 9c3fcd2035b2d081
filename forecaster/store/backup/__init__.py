"""Backups: every table as it stood at one instant, in one file, and back into any database.

A backup is a zip archive: `manifest.json`, and for each table `tables/<table>.arrows`, a stream in
Arrow's own interchange format, compressed. It is read and written in one pass, holds values and
types and no code, and is the same for SQLite and PostgreSQL, so that it also moves an installation
from the one to the other (ADR 0015).

- what is in a backup: `manifest`; its values and their types: `values`
- make one: `write.back_up`
- look whether one is whole: `archive.check`
- put one back: `restore.restore`
"""
