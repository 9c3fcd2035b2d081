"""The service: what programs and people ask over HTTP, answered from rows alone.

Owns: addresses, forms, who may ask what, and the pages. Does not own: any number; every
probability here was published by a run. May import everything in `forecaster`; never `jobs`,
`models` or `indicators`: what must be computed comes through `ports`.

Where do I go to …?

- see how the parts of an application are put together: `app`; what it is handed: `service`
- answer a new address: one file in `routes` (JSON) or `pages` (HTML) with a `router`
- ask who is asking and what they may see: `access`
- learn what a browser is told to refuse: `headers`; how large and how often one may ask: `bounds`
- change how a failure reads: `problems`
"""
