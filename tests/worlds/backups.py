"""Tables that are backed up as infra/resources.yaml says, by the product's clock; and a way to lose their rows."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.restore import BACKUP_DAYS
from tests.fakes import engine, pitr
from tests.worlds import tables


@contextmanager
def kept() -> Iterator[pitr.Recovery]:
    """Point-in-time recovery for the tables of the environment in this block; what was restored is gone after it."""
    from chalicelib.plumbing import clock

    recovery = pitr.Recovery(clock.now)
    client = tables._client("dynamodb", os.environ["AWS_ENDPOINT_URL"])
    with engine.behind(recovery.answer):
        for logical, days in BACKUP_DAYS.items():
            name = os.environ[f"TABLE_{tables.TABLES[logical].upper()}"]
            wanted = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": days}
            client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=wanted)
        yield recovery
    for name in list(recovery.targets):
        client.update_table(TableName=name, DeletionProtectionEnabled=False)
        client.delete_table(TableName=name)


def lose(client: Any, table: str) -> int:
    """Remove every row of a table, as a slip of somebody with all rights would; how many there were."""
    rows = client.scan(TableName=table)["Items"]
    for row in rows:
        client.delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})
    return len(rows)
