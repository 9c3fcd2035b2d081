"""The packaged ladders, and anybody's own: read, checked, and handed out as values.

Where do I go to …?

- load a ladder, or list the packaged ones: `load`
- see every mistake in a ladder file: `check`; the rules themselves: `rules`
- learn what may stand in a ladder file: `fields`, and `docs/ladder-files.md` for people
- read the dated record of judged rungs beside a ladder: `judgements`
- change a packaged ladder: `ladders/<id>.toml` (a change of meaning is a new version)
"""
