"""Write the dashboards that Grafana is provisioned with.

`python -m deploy.grafana.build` writes `deploy/grafana/dashboards/*.json`; a test keeps files and
code equal. Change a dashboard here, not in Grafana, which is told to let nobody edit them.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from deploy.grafana.boards import freshness, ladders, operations, scores
from deploy.grafana.model import Json

FOLDER = Path(__file__).parent / "dashboards"


def boards() -> Mapping[str, Json]:
    """Return every dashboard by the name of its file."""
    made = {"ladders": ladders, "freshness": freshness, "scores": scores, "operations": operations}
    return {f"{name}.json": module.board() for name, module in made.items()}


def written(board: Json) -> str:
    """Return the text of a dashboard's file."""
    return json.dumps(board, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, board in boards().items():
        (FOLDER / name).write_text(written(board), encoding="utf-8")
