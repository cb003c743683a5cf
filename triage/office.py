"""What administration refuses, in both languages, and which answer is to be changed."""


class Unfit(Exception):
    """Something cannot be done like this. `field` is the answer to change, empty for none."""

    def __init__(self, field: str, vi: str, en: str) -> None:
        super().__init__(en)
        self.field, self.vi, self.en = field, vi, en
