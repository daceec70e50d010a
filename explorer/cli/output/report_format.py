"""How a command prints what it counted."""

from enum import StrEnum


class ReportFormat(StrEnum):
    """As a table to read, as everything in JSON, or as rows in CSV."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
