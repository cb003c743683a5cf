"""Law and organisation as dated data: loaded once, validated whole, never changed.

`load()` reads the TOML files beside this module into one `Rules` value. Questions take the day
they are asked for; nothing here reads a clock, and nothing but `load` touches a file.
"""

from rules.book import Rules
from rules.citations import Citation
from rules.errors import BrokenRules, Finding, NotInForce, UnknownRule
from rules.layout import FILES
from rules.loader import load
from rules.rows import ANY_KIND, Basis, Mark
from rules.table import Table

__all__ = [
    "ANY_KIND",
    "FILES",
    "Basis",
    "BrokenRules",
    "Citation",
    "Finding",
    "Mark",
    "NotInForce",
    "Rules",
    "Table",
    "UnknownRule",
    "load",
]
