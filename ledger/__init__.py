"""The tamper-evident log of Đăng Văn: bytes, keys and times in, proofs out (docs/FORMAT.md)."""
