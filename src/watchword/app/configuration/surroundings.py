"""What a configuration directory does not say: where the running processes' sockets and files are on this machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from watchword.app.state import StateDirectory


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """`port` and `database` override what the files say. Paths need not exist.

    `authored` is the directory that the files are kept in, where a copy of it is read: relative paths are meant from
    there.
    """

    pages_socket: Path
    sample_socket: Path
    development_certificate: Path
    development_private_key: Path
    database_file: Path
    port: int | None = None
    database: str | None = None
    authored: Path | None = None

    @classmethod
    def of(
        cls,
        state: StateDirectory,
        *,
        port: int | None = None,
        database: str | None = None,
        authored: Path | None = None,
    ) -> Self:
        return cls(
            pages_socket=state.pages_socket,
            sample_socket=state.sample_socket,
            # The names that `app.development_ca` gives them.
            development_certificate=state.tls / "gateway.pem",
            development_private_key=state.tls / "gateway-key.pem",
            database_file=state.database,
            port=port,
            database=database,
            authored=authored,
        )
