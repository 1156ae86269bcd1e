"""The write-once bucket: what is put there stays for the time the bucket says, and nobody can change or remove it before."""

from chalicelib.plumbing import aws, settings
from chalicelib.plumbing.refusals import Unavailable


def put(key: str, body: bytes, *, content_type: str = "application/json") -> None:
    """Keep `body` under `key`, once; a key that is taken stays as it is. Raises Unavailable when that is not certain."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        aws.client("s3").put_object(
            Bucket=settings.get().bucket_proofs, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*"
        )
    except ClientError as problem:
        if problem.response["Error"]["Code"] != "PreconditionFailed":
            raise Unavailable from problem
    except BotoCoreError as problem:
        raise Unavailable from problem


def link(key: str, *, name: str, seconds: int) -> str:
    """An address under which anybody can fetch what lies under `key` for so many seconds, saved as `name`. Asks nobody."""
    return aws.link(settings.get().bucket_proofs, key, name=name, seconds=seconds)
