def largest(text: str) -> int | None:
    return None
