"""Settings mistakes: each one is a sentence that names the setting and repeats no secret."""

from pathlib import Path

import pytest

from helpline import config

RIGHT = {
    "SECRET_KEY": "a made-up key of quite enough letters for tests",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "a made-up token",
    "HELPLINE_NUMBER": "+442079460303",
    "FALLBACK_NUMBER": "+442079460999",
}
DATABASE = "DATABASE_URL must be sqlite:///… or postgresql…://…, with a database."
QUEUE = "REDIS_URL must begin with redis://, rediss:// or unix://."
PORT = "WEB_PORT must be a port from 1 to 65535."
PACE = "CALLS_PER_SECOND must be more than 0 and at most 100."


@pytest.fixture(autouse=True)
def _right(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "banana", DATABASE),
        ("DATABASE_URL", "mysql://me:hush@host/db", DATABASE),
        ("DATABASE_URL", "postgresql://me:hush@host:door/db", DATABASE),
        ("DATABASE_URL", "sqlite://", DATABASE),
        ("REDIS_URL", "banana", QUEUE),
        ("REDIS_URL", "http://me:hush@host", QUEUE),
        ("REDIS_URL", "redis://:hush@host:door", "REDIS_URL must be an address such as redis://127.0.0.1:6379/0."),
        ("WEB_PORT", "door", "WEB_PORT must be a whole number, such as 8000."),
        ("WEB_PORT", "80.5", "WEB_PORT must be a whole number, such as 8000."),
        ("WEB_PORT", "0", PORT),
        ("WEB_PORT", "65536", PORT),
        ("CALLS_PER_SECOND", "0", PACE),
        ("CALLS_PER_SECOND", "101", PACE),
        ("CALLS_PER_SECOND", "nan", PACE),
        ("CALLS_PER_SECOND", "many", PACE),
        ("TIMEZONE", "Atlantis", "TIMEZONE: there is no time zone called Atlantis; try Europe/London."),
        ("TWILIO_ACCOUNT_SID", "hush", "TWILIO_ACCOUNT_SID must be AC and 32 letters or figures from 0 to f."),
        ("PUBLIC_URL", "http://[", "PUBLIC_URL must be an address that begins with http:// or https://."),
        ("GROUP_NAME", "n" * 41, "GROUP_NAME must be at most 40 letters."),
        ("SECRET_KEY", "hush", "SECRET_KEY needs one or more keys of 32 characters or more, parted by commas."),
    ],
)
def test_a_mistake_is_one_sentence_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(config.BadSettingsError) as refused:
        config.load()

    assert str(refused.value) == sentence
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:////srv/helpline.db"),
        ("DATABASE_URL", "postgres://me:hush@host/db"),
        ("DATABASE_URL", "postgresql+psycopg://me:hush@/db?host=/run/postgresql"),
        ("REDIS_URL", "rediss://:hush@host:6380/1"),
        ("REDIS_URL", "unix:///run/valkey.sock"),
    ],
)
def test_an_address_that_will_do_is_kept_as_it_is(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    assert getattr(config.load(), name.lower()) == value


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")

    with pytest.raises(config.BadSettingsError, match=r"^SECRET_KEY is missing\.$"):
        config.load()
