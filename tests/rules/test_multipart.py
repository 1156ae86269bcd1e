"""A form in parts is read as it was sent, byte for byte, and what no browser sends is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.plumbing import multipart
from chalicelib.plumbing.forms import File
from chalicelib.plumbing.refusals import Malformed
from tests.worlds.brought import in_parts


@given(st.binary(max_size=300), st.text(max_size=40))
def test_whatever_is_in_a_file_arrives_as_it_was(content: bytes, value: str) -> None:
    kind, body = in_parts({"what": value, "_token": "t"}, content)

    read = multipart.read(body, kind)

    assert (read["what"], read["_token"]) == (value, "t")
    assert isinstance(read["file"], File)
    assert read["file"].content == content


def test_a_name_that_comes_twice_is_a_list_and_two_files_are_none() -> None:
    part = '--x\r\nContent-Disposition: form-data; name="a"{}\r\n\r\n1\r\n'

    assert multipart.read((part.format("") * 2 + "--x--").encode(), "multipart/form-data; boundary=x") == {
        "a": ["1", "1"]
    }
    with pytest.raises(Malformed):
        multipart.read((part.format('; filename="f"') * 2 + "--x--").encode(), "multipart/form-data; boundary=x")


@pytest.mark.parametrize("body", [b"", b"x", b"--x", b"--x\r\n\r\n--x--", b"--x\r\nA: b\r\n\r\n1\r\n--x", b"before--x--",
                                  b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--'])  # fmt: skip
def test_what_is_broken_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        multipart.read(body, "multipart/form-data; boundary=x")
    with pytest.raises(Malformed):
        multipart.read(b"--x--", "multipart/form-data")


@given(st.binary(max_size=400))
def test_nothing_breaks_the_reader(noise: bytes) -> None:
    try:
        multipart.read(noise, 'multipart/form-data; boundary="x"')
    except Malformed:
        return
