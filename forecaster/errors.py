"""Every error this product raises on purpose: one root, one sentence each.

A message says what failed, what was got, and the remedy. The command line prints the
message on one line; anything that is not a `ForecasterError` is a bug of ours.
"""


class ForecasterError(Exception):
    """The root: catch this to catch every failure that has a remedy."""


class SettingsError(ForecasterError):
    """A setting is missing or cannot be used."""


class LadderError(ForecasterError):
    """A ladder file cannot be read, or says something a ladder cannot mean."""


class PlanError(ForecasterError):
    """A plan of a backtest cannot be read, or does not hang together."""


class SourceError(ForecasterError):
    """A source could not be fetched, or answered what it never should."""


class HostNotAllowedError(SourceError):
    """A URL names a host or scheme that the configuration does not allow."""


class CleaningError(ForecasterError):
    """A batch cannot become readings or rejects at all."""


class StoreError(ForecasterError):
    """The database is away, full, read-only, or at another version than the code."""


class LeaseLostError(StoreError):
    """A job's slot is another process's by now, so that it may not store or finish anything."""


class NotFoundError(ForecasterError):
    """A thing was named that does not exist; the message lists what does."""


class PriorError(ForecasterError):
    """A prior is not a distribution, or its parameters are out of range."""


class ModelError(ForecasterError):
    """A model cannot be built from these inputs."""


class RunRefusedError(ForecasterError):
    """A run failed its diagnostics and is stored as refused, never published."""


class ScoreError(ForecasterError):
    """Forecasts and outcomes do not fit together, so that no score can be given."""


class PluginError(ForecasterError):
    """A file on a shelf lacks its constant or repeats an id."""


class ReportError(ForecasterError):
    """A report cannot be made from what is stored."""


class JobError(ForecasterError):
    """A job cannot run, or has already run in its slot."""


class AccessError(ForecasterError):
    """A person, key or password is not what it must be."""


class RequestError(ForecasterError):
    """A request to the service asks for what cannot be; the message says what can."""
