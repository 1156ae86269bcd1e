"""Files in the bucket: encrypted with our key, private, gone after a day; what we made is fetched by a link that is good for a quarter of an hour."""

from pathlib import Path

from chalicelib.exchange import rules
from chalicelib.plumbing import aws, settings

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
}


def key(partner_id: str, export_id: str, file_format: str) -> str:
    """Where a file lies. The bucket encrypts all that is put into it (infra/resources.yaml)."""
    return f"exports/{partner_id}/{export_id.replace('#', '/')}.{file_format}"


def brought_key(partner_id: str, import_id: str, what: str) -> str:
    """Where a file lies that was brought (`file`), and what is to be done with it (`plan`)."""
    return f"imports/{partner_id}/{import_id}.{what}"


def keep(where: str, content: bytes) -> None:
    """Store what was brought, in place of what lay there."""
    bucket = settings.get().bucket_files
    aws.client("s3").put_object(Bucket=bucket, Key=where, Body=content, ContentType="application/octet-stream")


def fetch(where: str) -> bytes | None:
    """What was brought; None when it is gone."""
    client = aws.client("s3")
    try:
        content: bytes = client.get_object(Bucket=settings.get().bucket_files, Key=where)["Body"].read()
    except client.exceptions.NoSuchKey:
        return None
    return content


def put(where: str, file: Path, file_format: str) -> None:
    """Store a file, replacing what an earlier try left."""
    with file.open("rb") as content:
        aws.client("s3").put_object(
            Bucket=settings.get().bucket_files, Key=where, Body=content, ContentType=TYPES[file_format]
        )


def remove(where: str) -> None:
    """Remove a file; one that is gone stays gone."""
    aws.client("s3").delete_object(Bucket=settings.get().bucket_files, Key=where)


def link(where: str, *, name: str) -> str:
    """An address under which anybody can fetch the file for 15 minutes, saved as `name`. Asks nobody."""
    return aws.link(settings.get().bucket_files, where, name=name, seconds=rules.LINK_SECONDS)
