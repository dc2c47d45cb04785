"""An address of an image is good for what it was made for, and for a while."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from app.core.crypto import Keyring, new_key
from app.core.ids import new_id
from app.images.links import STEP_S, good_for_s, link

MOMENT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def parts(address: str) -> tuple[str, str]:
    query = parse_qs(urlsplit(address).query)
    return query["e"][0], query["s"][0]


def good(keys: Keyring, image_id: UUID, address: str, at: datetime = MOMENT) -> int:
    return good_for_s(keys, image_id, *parts(address), at=at)


def test_it_is_good_for_one_to_two_days() -> None:
    keys = Keyring([new_key()])

    for image_id in (new_id() for _ in range(50)):
        address = link(keys, image_id, 342, at=MOMENT)
        left_s = good(keys, image_id, address)

        assert STEP_S < left_s <= 2 * STEP_S
        assert address.startswith(f"/images/{image_id.hex}/342?")
        assert good(keys, image_id, address, MOMENT + timedelta(seconds=left_s - 1)) == 1
        assert good(keys, image_id, address, MOMENT + timedelta(seconds=left_s)) == 0


def test_it_stays_the_same_for_a_day_whoever_asks() -> None:
    keys, image_id = Keyring([new_key()]), new_id()
    addresses = {
        link(keys, image_id, 342, at=MOMENT + timedelta(seconds=second)) for second in range(0, STEP_S, 600)
    }

    assert len(addresses) == 2


def test_it_is_good_for_no_other_image_and_no_later() -> None:
    keys, image_id = Keyring([new_key()]), new_id()
    expires, signature = parts(link(keys, image_id, 342, at=MOMENT))

    assert not good_for_s(keys, new_id(), expires, signature, at=MOMENT)
    assert not good_for_s(keys, image_id, str(int(expires) + STEP_S), signature, at=MOMENT)
    assert not good_for_s(Keyring([new_key()]), image_id, expires, signature, at=MOMENT)
    assert not keys.is_signed(image_id.bytes, keys.sign(image_id.bytes, "image"), "another purpose")


def test_nonsense_is_not_good() -> None:
    keys, image_id = Keyring([new_key()]), new_id()
    expires, signature = parts(link(keys, image_id, 342, at=MOMENT))

    for said in ("", "0", "-1", "1e9", "٣", "9" * 4000, f"{expires} ", "0x10"):
        assert not good_for_s(keys, image_id, said, signature, at=MOMENT)
    for said in ("", "A", "ü", "=" * 30, signature[:-1], signature[:8], signature * 2, "A" * 27):
        assert not good_for_s(keys, image_id, expires, said, at=MOMENT)


def test_keys_can_be_changed_while_addresses_are_out() -> None:
    old, new = new_key(), new_key()
    image_id = new_id()
    before = link(Keyring([old]), image_id, 342, at=MOMENT)
    after = link(Keyring([new, old]), image_id, 342, at=MOMENT)
    behind = Keyring([old], lambda: [new, old])

    assert good(Keyring([new, old]), image_id, before)
    assert good(behind, image_id, after)
    assert not good(Keyring([new]), image_id, before)


def test_made_up_keys_don_t_have_the_file_read_time_and_again() -> None:
    reads: list[str] = []
    key, image_id = new_key(), new_id()

    def reload() -> list[str]:
        reads.append("read")
        return [key]

    keys = Keyring([key], reload)
    expires, _ = parts(link(keys, image_id, 342, at=MOMENT))

    for number in range(100):
        assert not good_for_s(keys, image_id, expires, f"{number:027}", at=MOMENT)
    assert len(reads) == 1
