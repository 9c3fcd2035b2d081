"""The forms of answers, as the documentation of the API shows them; one file per kind of thing."""
