"""What the contract suite runs in processes of its own: writers that are left alone, and others that are killed."""

import sys
import threading
import time
from itertools import count

from support.ledgers import decided, ledger
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.ledger import SqlLedgerStore
from watchword.adapters.sql.people import SqlPeopleStore
from watchword.evidence.ledger import Ledger, encode_event
from watchword.identity.people import People, RelyingParty
from watchword.kernel.clock import SystemClock
from watchword.kernel.errors import UnavailableError
from watchword.kernel.events import Event, Origin


def write(url: str, name: str, count: int) -> None:
    """Record `count` decisions, waiting for each tenth so that groups stay small, and end."""
    database = Database.open(url)
    writer = ledger(SqlLedgerStore(database), max_delay=60)
    writer.start()
    for n in range(count):
        ticket = writer.append(decided(n, path=f"/{name}/{n}"))
        if n % 10 == 9:
            ticket.wait(60)
    writer.stop(60)
    database.close()


def write_until_killed(url: str) -> None:
    """Record decisions without end, and say on standard output which number is durable."""
    database = Database.open(url)
    writer = ledger(SqlLedgerStore(database), max_delay=60, max_pending=1000)
    writer.start()
    number = 0
    while True:
        tickets = [writer.append(decided(n, path=f"/{n}")) for n in range(number, number + 7)]
        number += 7
        tickets[-1].wait(60)
        say(str(number - 1))


class _StuckRecord:
    """A record that is reached only once the change is committed, and then never answers."""

    def admit(self) -> None:
        return

    def record(self, event: Event) -> None:
        raise AssertionError(event)

    def deliver(self) -> None:
        say("committed")
        threading.Event().wait()


def change_people_until_killed(url: str, name: str) -> None:
    """Invite people without end, and say whose invitation was acknowledged. Named "stuck": disable somebody, and hang
    after the change and before its record."""
    database = Database.open(url)
    store = SqlPeopleStore(database, encode_event)
    writer = ledger(SqlLedgerStore(database), max_delay=60)
    _start(writer)
    people = People(store, SystemClock(), writer, _PARTY)
    for number in count():
        email = f"{name}-{number}@example.com"
        invitation, _ = people.invite(
            email=email, display_name=name, groups=frozenset(), actor="operator", origin=Origin()
        )
        if name == "stuck":
            writer.stop()
            stuck = People(store, SystemClock(), _StuckRecord(), _PARTY)
            stuck.disable(invitation.person_id, actor="operator", origin=Origin())
        say(email)
        # SQLite's lock goes to whoever asks first: without a gap, another process may get no turn within its patience.
        time.sleep(_GAP_SECONDS)


def _start(writer: Ledger) -> None:
    """As the supervisor would: where the database is busy, again."""
    for _ in range(_STARTS):
        try:
            writer.start()
        except UnavailableError:
            continue
        return
    writer.start()


_STARTS = 10
_GAP_SECONDS = 0.003


_PARTY = RelyingParty(id="auth.localhost", origin="http://auth.localhost:8080", name="Watchword")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        change_people_until_killed(sys.argv[1], sys.argv[2])
    else:
        write_until_killed(sys.argv[1])
