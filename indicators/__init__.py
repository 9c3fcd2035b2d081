"""What we watch: publishers' formats in, readings and named rejects out. Knows no database.

Where do I go to …?

- add a source: one new file in `indicators.sources` exposing `SOURCE`
- see what a source must guarantee: `indicators.conformance`
- see how rows become readings or rejects: `indicators.clean`
"""
