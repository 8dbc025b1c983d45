"""Settings, from the environment or `.env`; a wrong one stops the start with a sentence.

The names are fixed: other tools set them. How long things take is the group's own to say (`durations`).
"""

from functools import cached_property
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from helpline import phone
from helpline.errors import HelplineError, unreadable

TWILIO = "https://api.twilio.com"
DATABASES = {"sqlite", "sqlite+pysqlite", "postgres", "postgresql", "postgresql+psycopg"}
QUEUES = {"redis", "rediss", "unix"}
PORT = "must be a port from 1 to 65535"
TEMPLATE = "must be the ContentSid of a template: HX and 32 letters or figures"
WHY = {
    "twilio_account_sid": "must be AC and 32 letters or figures from 0 to f",
    "calls_per_second": "must be more than 0 and at most 100",
    "messages_per_second": "must be more than 0 and at most 1000",
    "ivr_port": PORT,
    "web_port": PORT,
    "simulator_port": PORT,
    "group_name": "must be at most 40 letters",
    "log_format": "must be plain or json",
    "metrics_token": "must be 16 characters or more",
    "whatsapp_offer": TEMPLATE,
    "whatsapp_details": TEMPLATE,
    "whatsapp_news": TEMPLATE,
}
"""What is said when one of these is not of the right kind."""


class BadSettingsError(HelplineError):
    """One or more settings cannot be used; the message says which and why, and never repeats a secret."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError(f"there is no time zone called {name}; try Europe/London") from None
    return name


def _database(url: str) -> str:
    refusal = ValueError("must be sqlite:///… or postgresql…://…, with a database")
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise refusal from None
    if parts.drivername not in DATABASES or (parts.drivername.startswith("sqlite") and not _is_file(parts.database)):
        raise refusal
    return url


def _is_file(database: str | None) -> bool:
    return bool(database) and database != ":memory:"  # which no two processes would share


def _queue(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read only to be checked
    except ValueError:
        raise ValueError("must be an address such as redis://127.0.0.1:6379/0") from None
    if parts.scheme not in QUEUES:
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return url


def _web_address(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise ValueError("must be an address that begins with http:// or https://") from None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("must be an address that begins with http:// or https://")
    if parts.query or parts.fragment:
        raise ValueError("must not hold a ? or a #")
    return address.rstrip("/")


def _dialled(number: str) -> str:
    found = phone.understand(number)
    if found is None:
        raise ValueError("must be a telephone number with its country code, such as +442079460303")
    return found


WebAddress = Annotated[str, AfterValidator(_web_address)]
Dialled = Annotated[str, AfterValidator(_dialled)]
Template = Annotated[str, Field(pattern=r"^HX[0-9a-fA-F]{32}$")]
Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """Everything a deployment can set. Instants are UTC inside; `timezone` is used only at the edges."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True, frozen=True
    )

    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///var/helpline.db"
    redis_url: Annotated[str, AfterValidator(_queue)] = "redis://127.0.0.1:6379/0"
    secret_key: str
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/London"
    twilio_account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-f]{32}$")]
    twilio_auth_token: Annotated[str, Field(min_length=1)]
    twilio_api_url: WebAddress = TWILIO
    public_url: WebAddress = ""
    dashboard_url: WebAddress = ""
    helpline_number: Dialled
    fallback_number: Dialled
    safeguarding_number: Dialled | None = None
    whatsapp_number: Dialled | None = None
    whatsapp_offer: Template | None = None
    whatsapp_details: Template | None = None
    whatsapp_news: Template | None = None
    calls_per_second: Annotated[float, Field(gt=0, le=100)] = 1.0
    messages_per_second: Annotated[float, Field(gt=0, le=1000)] = 10.0
    ivr_port: Port = 8001
    web_port: Port = 8000
    simulator_port: Port = 8099
    group_name: Annotated[str, Field(min_length=1, max_length=40)] = "Helpline"
    log_format: Literal["plain", "json"] = "plain"
    metrics_token: Annotated[str, Field(min_length=16)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _addresses_follow_ports(cls, given: object) -> object:
        if isinstance(given, dict):
            given.setdefault("public_url", f"http://127.0.0.1:{given.get('ivr_port', 8001)}")
            given.setdefault("dashboard_url", f"http://127.0.0.1:{given.get('web_port', 8000)}")
        return given

    @model_validator(mode="after")
    def _keys_are_long(self) -> Self:
        if not self.keys or any(len(key) < 32 for key in self.keys):
            raise ValueError("SECRET_KEY needs one or more keys of 32 characters or more, parted by commas")
        return self

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The secret keys, newest first: the first seals, all of them open."""
        return tuple(key.strip() for key in self.secret_key.split(",") if key.strip())

    @cached_property
    def zone(self) -> ZoneInfo:
        """The wall clock of the neighbourhood."""
        return ZoneInfo(self.timezone)


def load() -> Settings:
    """Read the settings. Raises `BadSettingsError` naming each setting that is missing or wrong, or why `.env` cannot be read."""
    try:
        return Settings()
    except ValidationError as problem:
        raise BadSettingsError("\n".join(_sentences(problem))) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSettingsError(unreadable(".env", problem)) from None


class _Held:
    settings: Settings | None = None


def use(settings: Settings) -> Settings:
    """Hold the settings of this process: one deployment serves one group. Called once, where a process starts."""
    _Held.settings = settings
    return settings


def current() -> Settings:
    """The settings of this process."""
    if _Held.settings is None:
        raise RuntimeError("config.use(settings) has not been called")
    return _Held.settings


def _sentences(problem: ValidationError) -> list[str]:
    return [_sentence(error) for error in problem.errors(include_input=False, include_url=False)]


def _sentence(error: ErrorDetails) -> str:
    field = "_".join(str(part) for part in error["loc"])
    name = field.upper()
    if error["type"] == "missing":
        return f"{name} is missing."
    if error["type"].startswith("int_"):
        return f"{name} must be a whole number, such as 8000."
    if error["type"] == "value_error":
        why = error["msg"].removeprefix("Value error, ")
        if not name:
            return f"{why}."
        return f"{name} {why}." if why.startswith("must ") else f"{name}: {why}."
    return f"{name} {WHY.get(field, 'cannot be used')}."
