"""Places and slugs: one spelling for what publishers spell in many ways."""

import re
import unicodedata

OBLASTS = (
    "cherkasy", "chernihiv", "chernivtsi", "crimea", "dnipropetrovsk", "donetsk",
    "ivano-frankivsk", "kharkiv", "kherson", "khmelnytskyi", "kyiv-oblast", "kyiv-city",
    "kirovohrad", "lviv", "luhansk", "mykolaiv", "odesa", "poltava", "rivne", "sevastopol",
    "sumy", "ternopil", "vinnytsia", "volyn", "zakarpattia", "zaporizhzhia", "zhytomyr",
)  # fmt: skip
"""Slugs of Ukraine's 27 regions, in the order of VIINA's columns 1 to 27."""

_OBLAST_NAMES = {
    "cherkaska": "cherkasy", "chernihivska": "chernihiv", "chernivetska": "chernivtsi",
    "crimea": "crimea", "dnipropetrovska": "dnipropetrovsk", "donetska": "donetsk",
    "ivano-frankivska": "ivano-frankivsk", "kharkivska": "kharkiv", "khersonska": "kherson",
    "khmelnytska": "khmelnytskyi", "kyivska": "kyiv-oblast", "kyiv-city": "kyiv-city",
    "kirovohradska": "kirovohrad", "lvivska": "lviv", "luhanska": "luhansk",
    "mykolaivska": "mykolaiv", "odeska": "odesa", "poltavska": "poltava", "rivnenska": "rivne",
    "sevastopol": "sevastopol", "sumska": "sumy", "ternopilska": "ternopil",
    "vinnytska": "vinnytsia", "volynska": "volyn", "zakarpatska": "zakarpattia",
    "zaporizka": "zaporizhzhia", "zhytomyrska": "zhytomyr",
}  # fmt: skip


def slug(name: str) -> str:
    """Return `name` in lower case, without accents, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def oblast_slug(name: str) -> str:
    """Return the slug of a region given as `Kyivska oblast` or `Kyiv City`; else its plain slug."""
    plain = slug(name).removesuffix("-oblast")
    return _OBLAST_NAMES.get(plain, plain)
