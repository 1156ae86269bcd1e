"""No promise is claimed without a test: each of the 65 has one that exists, or stands in the list of what is not built yet."""

from chalicelib.privacy import promises
from tests.worlds import written

ROOT = written.ROOT
TO_COME = {"billing", "infra"}


def test_every_promise_has_a_test_that_exists_or_is_said_not_to_be_kept_yet() -> None:
    missing = {name for one in promises.ALL for name in one.tests if not written.exists(name)}

    assert [one.number for one in promises.ALL] == list(range(1, 66))
    assert missing == set()
    assert {one.number for one in promises.ALL if not one.tests} == promises.NOT_YET
    assert set() == promises.PARTLY & promises.NOT_YET
    rooms = {room for one in promises.ALL for room in one.rooms}
    assert {room for room in rooms if not (ROOT / "chalicelib" / room).is_dir()} <= TO_COME
