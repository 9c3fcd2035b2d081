"""How templates become pages: everything escaped, and a name that is missing is an error."""

from jinja2 import Environment, PackageLoader, StrictUndefined


def html_environment() -> Environment:
    """Return a new environment over this package's templates, for its caller's filters."""
    return Environment(
        loader=PackageLoader("forecaster.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
