"""The environment's settings; imported late, since pydantic takes a while."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The environment variables that count; `.env` in the project is read for those not set."""

    model_config = SettingsConfigDict(extra="ignore", case_sensitive=False, env_ignore_empty=True)

    sendgrid_api_key: SecretStr = SecretStr("")
    """Empty where none is set; never logged or shown."""
    sendgrid_url: str = Field("", validation_alias="PRODUCTHEAD_SENDGRID_URL")
    """Empty: by the publication's region."""
    ledger: str = Field("", validation_alias="PRODUCTHEAD_LEDGER")
    """SQLAlchemy URL; empty: SQLite in the project's state folder."""
    heartbeat_url: str = Field("", validation_alias="PRODUCTHEAD_HEARTBEAT_URL")
    lease_seconds: int = Field(180, validation_alias="PRODUCTHEAD_LEASE_SECONDS", ge=1)

    def urls(self) -> dict[str, str]:
        """The addresses that requests go to, by variable; only those that are set."""
        named = {
            "PRODUCTHEAD_SENDGRID_URL": self.sendgrid_url,
            "PRODUCTHEAD_HEARTBEAT_URL": self.heartbeat_url,
        }
        return {name: url for name, url in named.items() if url}
