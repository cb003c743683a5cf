"""Asks the Redis that counts for all processes whether it is there."""


def answering(url: str) -> bool:
    """Tell whether Redis answers within a second."""
    import redis  # noqa: PLC0415  (an extra: only for who has more than one process)

    client = redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
