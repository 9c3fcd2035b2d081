"""json"""


def json(r): ...
