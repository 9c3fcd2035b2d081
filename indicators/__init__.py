"""What we watch: publishers' formats in, readings and named rejects out. Knows no database.

Where do I go to …?

- add a source: one new file in `indicators.sources` exposing `SOURCE`
- see what a source must guarantee: `indicators.conformance`
- see how rows become readings or rejects: `indicators.clean`, guarded by `indicators.guards`
- see what of an answer is new: `indicators.news`
- fetch, or read a folder: `indicators.ingest`; how it stood afterwards: `indicators.status`
- read a user's own file or query: `indicators.drops`
- build the packaged sample and credit it: `indicators.sample`, `indicators.notice`
"""
