"""text"""


def text(r): ...
