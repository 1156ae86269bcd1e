"""What the product has written to its log in this process, line by line, as CloudWatch would get it."""

import json
import logging
from typing import Any

from chalicelib.plumbing import trail


def written(capfd: Any, caplog: Any) -> list[dict[str, Any]]:
    """Every line since the last call: those printed (about requests, figures) and then those by Powertools."""
    printed = [json.loads(line) for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    logger = logging.getLogger(trail.service())
    formatter = logger.handlers[0].formatter if logger.handlers else None
    records = [one for one in caplog.records if one.name == trail.service()]
    made = [json.loads(formatter.format(one)) for one in records] if formatter else []
    caplog.clear()
    return [one for one in printed if "location" not in one] + made


def metrics(lines: list[dict[str, Any]]) -> dict[tuple[str, tuple[tuple[str, str], ...]], tuple[str, str, Any]]:
    """What CloudWatch makes of lines in the embedded metric format: (name, dimensions) -> (namespace, unit, value)."""
    found = {}
    for line in lines:
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", ()):
            for names in directive["Dimensions"]:
                of = tuple((name, str(line[name])) for name in names)
                for metric in directive["Metrics"]:
                    value = line[metric["Name"]]
                    found[(metric["Name"], of)] = (directive["Namespace"], metric["Unit"], value)
    return found
