from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from training.settings import BadSetting, Settings, read


def test_settings_have_defaults():
    assert read({}) == Settings(data_dir=Path("data").absolute())


def test_settings_are_read():
    environment = {
        "PORT": "9000",
        "TRAINING_DATA_DIR": "/srv/training",
        "TRAINING_DATABASE_URL": "postgresql://training:secret@database/training",
        "TRAINING_LANGUAGE": "en",
        "TRAINING_ORIGIN": "https://Training.example.com/",
        "TRAINING_POOL_MAX": "20",
        "TRAINING_STATEMENT_TIMEOUT": "2.5",
        "TRAINING_TIME_ZONE": "Asia/Urumqi",
    }

    assert read(environment) == Settings(
        data_dir=Path("/srv/training"),
        database_url="postgresql://training:secret@database/training",
        port=9000,
        origin="https://training.example.com",
        allowed_hosts=("training.example.com",),
        time_zone=ZoneInfo("Asia/Urumqi"),
        language="en",
        terminal_language="en",
        pool_max=20,
        statement_timeout=timedelta(seconds=2.5),
    )


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh-Hans"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "zh-Hans"),
        ({"LANG": "fr_FR.UTF-8", "TRAINING_LANGUAGE": "en"}, "en"),
    ],
)
def test_the_terminal_speaks_as_its_locale_says(locale, expected):
    assert read(locale).terminal_language == expected


def test_secrets_do_not_show():
    settings = read({"TRAINING_DATABASE_URL": "postgresql://u:hidden@h/d", "TRAINING_SECRET_KEY": "abcdefgh" * 5})

    assert "hidden" not in repr(settings)
    assert "abcdefgh" not in repr(settings)


@pytest.mark.parametrize(
    ("origin", "secure", "hosts"),
    [
        ("http://localhost:8000", False, ("127.0.0.1:8000", "localhost:8000", "[::1]:8000")),
        ("http://127.0.0.1", False, ("127.0.0.1", "localhost", "[::1]")),
        ("https://training.example.com:8443", True, ("training.example.com:8443",)),
    ],
)
def test_the_origin_decides_on_hosts_and_cookies(origin, secure, hosts):
    settings = read({"TRAINING_ORIGIN": origin})

    assert (settings.origin, settings.secure_cookies, settings.allowed_hosts) == (origin, secure, hosts)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("PORT", "http", "PORT must be a whole number from 0 to 65535; it is 'http'."),
        ("PORT", "65536", "PORT must be a whole number from 0 to 65535; it is '65536'."),
        ("TRAINING_POOL_MAX", "0", "TRAINING_POOL_MAX must be a whole number from 1 to 500; it is '0'."),
        ("TRAINING_LOCK_TIMEOUT", "nan", "TRAINING_LOCK_TIMEOUT must be a number of seconds from 0.05 to 3600; "),
        ("TRAINING_TIME_ZONE", "Beijing", "TRAINING_TIME_ZONE must be a zone such as Asia/Shanghai; it is 'Beijing'."),
        ("TRAINING_LANGUAGE", "fr", "TRAINING_LANGUAGE must be one of zh-Hans, en; it is 'fr'."),
        ("TRAINING_ORIGIN", "training.example.com", "TRAINING_ORIGIN must look like https://training.example.com;"),
        ("TRAINING_ORIGIN", "http://training.example.com", "TRAINING_ORIGIN must begin with https:// unless"),
        ("TRAINING_DATABASE_URL", "mysql://x", "TRAINING_DATABASE_URL must look like postgresql://"),
        ("TRAINING_SECRET_KEY", "short", "TRAINING_SECRET_KEY must be at least 32 random characters."),
        ("TRAINING_SECRET_KEY", "0" * 40, "TRAINING_SECRET_KEY must be at least 32 random characters."),
    ],
)
def test_a_bad_setting_is_refused_with_a_sentence(name, text, says):
    with pytest.raises(BadSetting) as refusal:
        read({name: text})

    assert str(refusal.value).startswith(says)


def test_the_data_folder_is_private_when_we_make_it(tmp_path):
    folder = read({"TRAINING_DATA_DIR": str(tmp_path / "a" / "data")}).data_folder()

    assert folder.stat().st_mode & 0o066 == 0
