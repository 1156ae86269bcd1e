"""How AWS and others are asked, and under which names files of AWS are handed out."""

import ssl
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.plumbing import aws, database, web


def _query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [
        ("RE-00042.pdf", "RE-00042.pdf"),
        ('RE"\r\nSet-Cookie: a=1;.pdf', "RE-Set-Cookie-a-1-.pdf"),
        ("../../etc/passwd", "etc-passwd"),
        ("Rechnung für Zoë.pdf", "Rechnung-f-r-Zo-.pdf"),
        ('";', "file"),
    ],
)
def test_a_file_is_saved_under_a_name_that_breaks_no_header_and_no_folder(table: Any, name: str, saved_as: str) -> None:
    url = aws.link("bucket", "exports/one.xlsx", name=name, seconds=900)

    assert _query(url)["response-content-disposition"] == [f'attachment; filename="{saved_as}"']
    assert _query(url)["X-Amz-Expires"] == ["900"]


def test_outside_this_machine_every_service_is_asked_over_tls_and_has_to_prove_who_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    aws.client.cache_clear()
    database.forget_connections()
    try:
        clients = [*(aws.client(one) for one in ("sqs", "s3", "kms", "sesv2")), database.client()]
        addresses = [one.meta.endpoint_url for one in clients]
        vouched = [one._endpoint.http_session._verify for one in clients]
    finally:
        aws.client.cache_clear()
        database.forget_connections()

    assert len(addresses) == 5
    assert [one for one in addresses if not one.startswith("https://")] == []
    assert [one for one in addresses if "eu-central-2" not in one] == []
    assert all(vouched)  # by the authorities that botocore brings, or those of this machine; never by nobody


def test_whoever_we_call_has_to_speak_tls_1_2_or_newer() -> None:
    from urllib3.util.ssl_ import create_urllib3_context  # what requests and botocore make theirs with

    for spoken in (web._tls(), create_urllib3_context()):
        assert spoken.minimum_version >= ssl.TLSVersion.TLSv1_2
        assert spoken.verify_mode == ssl.CERT_REQUIRED
        assert spoken.check_hostname
