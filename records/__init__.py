"""What is stored: tables, unit of work, sealed blobs. Knows the vault, nothing of the law."""
