"""What the contract suite runs in processes of its own: writers that are left alone, and one that is killed."""

import sys

from support.ledgers import decided, ledger
from watchword.adapters.sql.database import Database
from watchword.adapters.sql.ledger import SqlLedgerStore


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
        sys.stdout.write(f"{number - 1}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    write_until_killed(sys.argv[1])
