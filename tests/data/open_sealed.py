"""Opens a sealed file of Sterk without Sterk, from docs/format.md alone.

    open_sealed.py FILE --passphrase-file F | --recovery-key-file F | --slot-key-file F

Prints the records, one per line, each as a JSON string (bytes that are no UTF-8 text as {"hex": ...}).
Needs the Debian packages python3, python3-cryptography and python3-argon2.
"""
import argparse
import base64
import hashlib
import json
import struct
import sys

import argon2.low_level
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KINDS = {"keyring": 1, "passphrase": 2, "recovery-key": 3}


def hkdf(material, salt, label):
    return HKDF(hashes.SHA256(), 32, salt, label.encode()).derive(material)


def times_x(value):
    return (value << 1) ^ (0x25 if value & 16 else 0)


def recovery_key(text):
    plain = "".join(c for c in text.upper() if not c.isspace() and c != "-")
    values = [ALPHABET.index(c) for c in plain.replace("O", "0").replace("I", "1").replace("L", "1")]
    assert len(values) == 40, "a recovery key has 40 letters"
    number = 0
    for group in range(8):
        part = values[5 * group : 5 * group + 5]
        check = times_x(group + 1)
        for value in part[:4]:
            check = times_x(check ^ value)
            number = number << 5 | value
        assert check == part[4], f"group {group + 1} of the recovery key has a mistake"
    return number.to_bytes(20, "big")


def slot_material(slot, kind, text):
    if kind == "keyring":
        return base64.b64decode(text.strip(), validate=True)
    if kind == "recovery-key":
        return recovery_key(text)
    kdf, words = slot["kdf"], text.removesuffix("\n").encode()
    assert 19 * 1024 <= kdf["memory_kib"] <= 1 << 20 and 2 <= kdf["passes"] <= 16 and 1 <= kdf["lanes"] <= 8
    return argon2.low_level.hash_secret_raw(
        words, bytes.fromhex(slot["salt"]), kdf["passes"], kdf["memory_kib"], kdf["lanes"], 32,
        argon2.low_level.Type.ID, 0x13)


def vault_key(header, kind, text):
    for slot in (slot for slot in header["slots"] if slot["kind"] == kind):
        kdf = slot.get("kdf") or {"memory_kib": 0, "passes": 0, "lanes": 0}
        aad = b"sterk v1 wrap" + bytes.fromhex(header["vault_id"]) + bytes.fromhex(slot["id"])
        aad += struct.pack(">BIII", KINDS[kind], kdf["memory_kib"], kdf["passes"], kdf["lanes"])
        key = hkdf(slot_material(slot, kind, text), bytes.fromhex(slot["salt"]), "sterk v1 slot " + kind)
        try:
            return AESGCM(key).decrypt(bytes.fromhex(slot["nonce"]), bytes.fromhex(slot["wrapped"]), aad)
        except InvalidTag:
            continue
    sys.exit(f"no {kind} slot opens with this")


def records(file, kind, text):
    assert file[:8] == b"\x89STERK\r\n", "not a sealed file"
    version, header_length, count = struct.unpack_from(">HII", file, 8)
    assert version == 1 and header_length <= 1 << 20 and count <= 100_000
    index_start = 18 + header_length
    checked = file[: index_start + 20 * count]
    checksum = file[len(checked) : len(checked) + 32]
    assert hashlib.sha256(checked).digest() == checksum, "the file is damaged"
    header = json.loads(file[18:index_start])

    key, salt = vault_key(header, kind, text), bytes.fromhex(header["salt"])
    assert hkdf(key, salt, "sterk v1 commitment").hex() == header["commitment"], "another vault key"
    cipher = AESGCM(hkdf(key, salt, "sterk v1 content"))
    place = len(checked) + 32
    assert cipher.decrypt(b"\xff" * 12, file[place : place + 16], checksum) == b""
    place += 16
    for number in range(count):
        (length,) = struct.unpack_from(">I", file, index_start + 20 * number + 16)
        yield cipher.decrypt(
            number.to_bytes(12, "big"), file[place : place + length], checksum + number.to_bytes(4, "big"))
        place += length
    assert place == len(file), "bytes behind the last record"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    which = parser.add_mutually_exclusive_group(required=True)
    for kind, option in (("passphrase", "passphrase"), ("recovery-key", "recovery-key"), ("keyring", "slot-key")):
        which.add_argument(f"--{option}-file", dest="source", type=lambda name, kind=kind: (kind, name))
    arguments = parser.parse_args()
    kind, name = arguments.source
    with open(arguments.file, "rb") as file, open(name, encoding="utf-8", newline="") as source:
        for record in records(file.read(), kind, source.read()):
            try:
                print(json.dumps(record.decode()))
            except UnicodeDecodeError:
                print(json.dumps({"hex": record.hex()}))


main()
