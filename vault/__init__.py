"""Cryptography only: bytes and keys come in as arguments, sealed bytes go out (docs/FORMAT.md)."""
