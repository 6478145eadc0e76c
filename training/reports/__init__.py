"""Spreadsheets out: what a list shows, as a workbook or as CSV."""
