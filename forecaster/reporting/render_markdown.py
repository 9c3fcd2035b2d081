"""markdown"""


def markdown(r): ...
