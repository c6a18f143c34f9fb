# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to PostgreSQL that never wait long: every statement has its answer within ANSWER_SECONDS, or the
connection is given up. The server's own time-outs are no help where the server itself hangs, or the network.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.pool import NullPool

ANSWER_SECONDS: Final = 3
"""The whole service stands still for as long, once; then it goes on without its database until that is back."""


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that gives a silent server up."""

    seconds: int | None = ANSWER_SECONDS
    """Seconds that it waits for an answer; None: as long as it takes."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Do one exchange with the server. OperationalError if it does not answer in time."""
        try:
            return super().wait(gen, interval, self.seconds if timeout is None else timeout)
        except psycopg.Error as error:
            if type(error).__name__ != "_WaitTimeout":
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError(f"the server has not answered for {self.seconds} s") from error


def make_engine(url: URL) -> Engine:
    """Make the engine of a server, whose connections are all of this kind."""
    # What SQLAlchemy adds to a URL is for its own driver; libpq's own form of it says all.
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def connect() -> ImpatientConnection:
        return ImpatientConnection.connect(
            conninfo, application_name="facteur", connect_timeout=ANSWER_SECONDS, options="-c timezone=UTC"
        )

    # Autocommit: BEGIN and COMMIT are statements of ours.
    return create_engine(
        "postgresql+psycopg://", creator=connect, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )
