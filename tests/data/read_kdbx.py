"""Reads a KeePass database with pykeepass and prints what stands in it, as JSON: another program's view of our export.

    read_kdbx.py FILE PASSPHRASE_FILE
"""
import json, sys
from pathlib import Path
from pykeepass import PyKeePass

words = Path(sys.argv[2]).read_text()
entries = PyKeePass(sys.argv[1], password=words).entries
keys = ("otp", "HmacOtp-Secret-Base32", "HmacOtp-Counter")
row = lambda entry: [entry.title, entry.username, entry.notes, [entry.otp or "", *(entry.get_custom_property(key) or "" for key in keys[1:])]]
print(json.dumps([row(entry) for entry in entries]))
