"""One Piccolo app for the whole database: one migration history, in order."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

ROOMS = (
    "journal",
    "people",
    "accounts",
    "files",
    "certificates",
    "courses",
    "sessions",
    "enrolments",
    "exams",
    "completion",
    "imports",
)

APP_CONFIG = AppConfig(
    app_name="training",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder([f"training.{room}.tables" for room in ROOMS], exclude_imported=True),
)
