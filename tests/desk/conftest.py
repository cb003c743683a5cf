"""The same small instance as the tests of the pages."""

from tests.web.conftest import founded, instance, law, parts, promise_key, redis_url, staff

__all__ = ["founded", "instance", "law", "parts", "promise_key", "redis_url", "staff"]
