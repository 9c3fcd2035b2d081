"""What administrators do, at the terminal and on pages alike: accounts, keys, markings, readers.

Owns: what may be given, and that every act is one transaction with its line in the audit log.
Does not own: who is an administrator (`forecaster.api.access`; at the terminal, whoever can read
the database) or how a row is kept (`forecaster.store`).
May import: `forecaster.store`, `forecaster.domain`, `forecaster.credentials`.

Where do I go to …?

- make, change or disable an account, give it a new password: `accounts`
- make or revoke an API key: `keys`; say who may see a ladder, a source or a run: `markings`
- let a role of the database read the public views, up to a marking: `readers`
"""
