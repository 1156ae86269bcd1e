"""Which addresses of partners are called: public ones by name over TLS, and none of the hundred ways to say `inside`."""

import ipaddress

import pytest

from chalicelib.plumbing import reach

HOSTILE = {
    "not_https": (
        "http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "//example.org/x",
        "javascript:alert(1)", "data:text/plain,x", "example.org/hook", "", "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next", "ws://example.org/", "http://127.0.0.1:8080/",
    ),
    "with_password": ("https://user@example.org/", "https://user:word@example.org/", "https://example.org@127.0.0.1/"),
    "not_a_name": (
        "https://", "https:///path", "https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/",
        "https://017700000001/", "https://0177.0.0.1/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0x7f.1/",
        "https://127.0.0.0x1/", "https://example.0x1/", "https://0/", "https://0.0.0.0/", "https://10.0.0.1/",
        "https://169.254.169.254/", "https://2852039166/", "https://0xa9fea9fe/", "https://0251.0376.0251.0376/",
        "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fd00:ec2::254]/", "https://[fe80::1]/",
        "https://[2a00::1]/", "https://localhost/", "https://metadata/", "https://example/", "https://example.org./",
        "https://1.1.1.1/", "https://exa_mple.org/", "https://-example.org/", "https://example..org/",
        "https://%31%32%37.0.0.1/", "https://example.org%2f.evil.org/", "https://127.0.0.1.1/", f"https://{'a' * 64}.org/",
    ),
    "inside": (
        "https://sub.localhost/", "https://printer.local/", "https://metadata.google.internal/", "https://vpn.corp/",
        "https://1.0.0.127.in-addr.arpa/", "https://router.home.arpa/", "https://nas.lan/", "https://app.zeitfenster.ch/hook",
        "https://APP.Zeitfenster.CH/hook",
    ),
    "port": (
        "https://example.org:80/", "https://example.org:22/", "https://example.org:25/", "https://example.org:9001/",
        "https://example.org:6379/", "https://example.org:0/", "https://example.org:/", "https://example.org:8080/",
    ),
    "not_a_url": (
        "https://ex ample.org/", "https://example.org/\r\nHost: inside", "https://example.org\\@127.0.0.1/",
        "https://example.org/#part", "https://example.org:port/", "https://example.org:99999/", "https://[::1/",
        "https://１２７.0.0.1/", "https://zürich.ch/", "https://example.org/\x00", "https://ⓔxample.org/",
        f"https://example.org/{'a' * 500}", "https://example.org/\t", 'https://example.org/"', "https://example.org/<x>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", HOSTILE)
def test_hostile_addresses_are_refused_with_the_word_for_it(code: str) -> None:
    for url in HOSTILE[code]:
        with pytest.raises(reach.Hostile) as refused:
            reach.target(url, own_host="app.zeitfenster.ch")
        assert refused.value.code == code, url
    assert sum(len(urls) for urls in HOSTILE.values()) >= 60


def test_an_ordinary_address_is_taken_and_written_in_one_way() -> None:
    taken = {
        url: reach.target(url).url
        for url in (
            "https://Example.ORG",
            "https://hooks.example.co.uk:8443/a/b?c=d&e=%20",
            "https://xn--zrich-kva.ch:443/x",
        )
    }

    assert list(taken.values()) == [
        "https://example.org/",
        "https://hooks.example.co.uk:8443/a/b?c=d&e=%20",
        "https://xn--zrich-kva.ch/x",
    ]


def test_a_local_run_may_call_its_own_machine_and_nothing_else_without_tls() -> None:
    assert reach.target("http://127.0.0.1:8080/x", local=True).port == 8080

    for url in ("http://127.0.0.2:8080/", "http://localhost:8080/", "http://127.0.0.1/", "http://a@127.0.0.1:8080/"):
        with pytest.raises(reach.Hostile):
            reach.target(url, local=True)


INSIDE = (
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1", "::7f00:1", "::ffff:10.0.0.1",
    "::ffff:8.8.8.8", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:a00:1::", "3fff::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2a00:1450::1%eth0", "fec0::1", "ff02::1", "localhost", "",
    "0177.0.0.1", "127.1",
)  # fmt: skip
PUBLIC = (
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.32.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:400a::1",
)


def test_only_addresses_of_the_world_are_public() -> None:
    assert [one for one in PUBLIC if not reach.is_public(one)] == []

    assert [one for one in INSIDE if reach.is_public(one)] == []


def test_nothing_is_public_that_python_itself_calls_private() -> None:
    for first in range(256):
        address = f"{first}.0.0.1"
        if reach.is_public(address):
            assert ipaddress.ip_address(address).is_global, address
