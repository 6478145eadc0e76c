import base64
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from training import sealing
from training.sealing import Unsealable, blind_index, seal, seal_bytes, sign, unseal, unseal_bytes
from training.settings import BadSetting


def test_what_is_sealed_can_be_unsealed():
    assert unseal(seal("11010519491231002X", "person:1"), "person:1") == "11010519491231002X"
    assert unseal_bytes(seal_bytes(b"\x00scan", "file:1"), "file:1") == b"\x00scan"


def test_sealing_twice_gives_different_texts():
    assert seal("same", "person:1") != seal("same", "person:1")


def test_what_is_sealed_for_one_place_cannot_be_moved_to_another():
    with pytest.raises(Unsealable):
        unseal(seal("11010519491231002X", "person:1"), "person:2")


def test_a_change_of_any_byte_is_noticed():
    sealed = seal_bytes(b"text", "person:1")

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Unsealable):
            unseal_bytes(bytes(changed), "person:1")


@pytest.mark.parametrize("text", ["", "not sealed", "员工", base64.urlsafe_b64encode(b"short").decode()])
def test_what_was_never_sealed_is_refused(text):
    with pytest.raises(Unsealable):
        unseal(text, "person:1")


def test_a_blind_index_is_stable_and_needs_the_key():
    assert blind_index("11010519491231002X") == blind_index("11010519491231002X")
    assert blind_index("11010519491231002X") != blind_index("110105194912310021")
    assert sealing.derived(b"a" * 32).index != sealing.derived(b"b" * 32).index
    # Written down once: a change of the derivation would lose every person in every existing database.
    assert sealing.derived(b"a" * 32).index.hex()[:16] == "50b8165b74f8e741"


def test_keys_for_different_purposes_differ():
    assert blind_index("text") != sign(b"text")


def test_the_secret_is_made_once_and_is_private(tmp_path):
    path = tmp_path / "secret.key"

    with ThreadPoolExecutor(4) as pool:
        secrets = set(pool.map(sealing.secret_in, [path] * 8))

    assert len(secrets) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


def test_a_secret_that_others_can_read_is_pointed_out(tmp_path, caplog):
    path = tmp_path / "secret.key"
    sealing.secret_in(path)
    path.chmod(0o644)

    with caplog.at_level(logging.WARNING):
        sealing.secret_in(path)

    assert caplog.messages == [f"{path} can be read by others; make it private with chmod 600."]


def test_a_damaged_secret_is_never_replaced(tmp_path):
    path = tmp_path / "secret.key"
    path.write_text("")
    path.chmod(0o600)

    with pytest.raises(BadSetting, match="must hold 64 hexadecimal digits"):
        sealing.secret_in(path)
