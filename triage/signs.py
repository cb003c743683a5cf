from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.book import Rules


@dataclass(frozen=True)
class Signs:
    suspected: bool
    articles: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "suspected": self.suspected,
            "articles": list(self.articles),
            "phrases": list(self.phrases),
        }


def find(rules: Rules, text: str, day: date) -> Signs:
    return Signs("hối lộ" in text, ("354",) if "hối lộ" in text else ())
