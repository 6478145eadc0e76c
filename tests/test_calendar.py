"""Days as people type them."""

from datetime import date

import pytest

from training.calendar import typed_date


@pytest.mark.parametrize("text", ["2026-12-2", "2026/12/02", "2026.12.2", "20261202", "2026年12月2日", "2 Dec 2026"])
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert typed_date(text) == date(2026, 12, 2)


@pytest.mark.parametrize("text", ["0001-01-01", "0026-12-02", "1919-12-31", "2121-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_of_another_age_is_a_slip_of_the_pen(text: str) -> None:
    assert typed_date(text) is None
