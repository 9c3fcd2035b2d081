"""What people do: each a function that a JSON route and a page's form both call.

Each is one transaction with its line in the audit log, looks at the markings first, and answers
for what must not be seen as if it did not exist.

Where do I go to …?

- set or try out a prior: `priors`; add a value by hand: `readings`; ask for a job: `jobs`
- state where a theatre stands: `judgements`; decide on what a colleague proposed: `proposals`
- make an account or a key, say who may see what: `forecaster.administration`
- learn what all of them ask first: `scope`; what they ask of text and times: `given`
"""
