"""Spreadsheets in: read under limits, recognised, previewed, answered, applied whole or not at all."""
