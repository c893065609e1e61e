"""What the benchmarks decide on: one application, ten policies that apply to everyone, a guardrail, people with sessions.

Sessions are put into the store as a sign-in leaves them there; nothing else about them is made up, and the running
processes learn of them as they learn of each other's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watchword.identity.people import Handle, Person, Session
from watchword.identity.people.ports import PeopleStore
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.ids import HandleId, PersonId, SessionId, new_id, new_token, token_digest

APPLICATION = "bench"
HOST = "bench.localhost"
ROUTE_PATHS = ("/", "/admin", "/live")
_OTHERS = ("payroll", "wiki", "tickets", "grafana", "crm", "builds", "mail", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """A session that stands, and the token of its cookie on the application's host."""

    session_id: SessionId
    person_id: PersonId
    token: str

    @property
    def cookie(self) -> str:
        return f"__Host-watchword={self.token}"


def write_configuration(directory: Path, *, application_port: int, listen_port: int = 8080) -> None:
    """Write a configuration directory; `--port` may override the port it names."""
    (directory / "policies").mkdir(parents=True)
    documents = _documents()
    everyone = [name for name in documents if name != "organisation"]
    (directory / "watchword.yaml").write_text(
        f"""domain: localhost
listen:
  address: 127.0.0.1
  port: {listen_port}
applications:
  {APPLICATION}:
    title: Bench
    upstream: http://127.0.0.1:{application_port}
    routes:
      - path: /
      - path: /admin
        privileged: true
      - path: /live
        streams: true
policies:
  everyone: [{", ".join(everyone)}]
guardrails:
  - organisation
""",
        encoding="utf-8",
    )
    for name, statements in documents.items():
        text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
        (directory / "policies" / f"{name}.json").write_text(text, encoding="utf-8")


def _documents() -> dict[str, list[dict[str, object]]]:
    def resource(application: str, path: str = "/*") -> str:
        return f"arn:watchword:app:::{application}{path}"

    documents: dict[str, list[dict[str, object]]] = {
        "bench-application": [
            {"Sid": "EveryoneOpens", "Effect": "Allow", "Action": "http:*", "Resource": resource(APPLICATION)},
            {
                "Sid": "AdminNeedsAFreshSignIn",
                "Effect": "Deny",
                "Action": "http:*",
                "Resource": [resource(APPLICATION, "/admin"), resource(APPLICATION, "/admin/*")],
                "Condition": {"NumericGreaterThan": {"watchword:AuthAge": "43200"}},
            },
        ],
        "everywhere": [
            {
                "Sid": "NotFromTheGuestNetwork",
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"IpAddress": {"aws:SourceIp": ["198.51.100.0/24", "2001:db8::/32"]}},
            }
        ],
        "organisation": [
            {"Sid": "Whatever", "Effect": "Allow", "Action": "*", "Resource": "*"},
            {
                "Sid": "NothingAtHighRisk",
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"StringEquals": {"watchword:RiskLevel": "high"}},
            },
        ],
    }
    for name in _OTHERS:
        documents[f"{name}-application"] = [
            {"Sid": "Read", "Effect": "Allow", "Action": ["http:GET", "http:HEAD"], "Resource": resource(name)},
            {
                "Sid": "Write",
                "Effect": "Allow",
                "Action": ["http:POST", "http:PUT", "http:PATCH", "http:DELETE"],
                "Resource": resource(name, "/api/*"),
                "Condition": {"Bool": {"watchword:HardwareKey": "true"}},
            },
            {
                "Sid": "NotTheSecrets",
                "Effect": "Deny",
                "Action": "*",
                "Resource": resource(name, "/secret/*"),
                "Condition": {"StringNotLike": {"aws:username": "*@security.example.com"}},
            },
        ]
    return documents


def mint(store: PeopleStore, *, persons: int, sessions: int) -> Sequence[Minted]:
    """Put `persons` people with `sessions` sessions each into the store, in one change."""
    now = datetime.now(UTC)
    minted = []
    with store.change() as change:
        for number in range(persons):
            person = Person(
                id=PersonId(new_id("person")),
                email=f"person{number}@example.com",
                display_name=f"Person {number}",
                groups=frozenset({"engineering", "oncall"}),
                created_at=now,
            )
            change.put_person(person)
            for _ in range(sessions):
                session = Session(
                    id=SessionId(new_id("session")),
                    person_id=person.id,
                    assurance=AssuranceLevel.AAL2,
                    amr=("swk", "mfa", "user"),
                    hardware=False,
                    auth_time=now,
                    created_at=now,
                    last_seen_at=now,
                    expires_at=now + timedelta(hours=24),
                    idle=timedelta(hours=1),
                    source_ip="127.0.0.1",
                    user_agent="watchword-bench",
                )
                token = new_token()
                handle = Handle(
                    id=HandleId(new_id("handle")),
                    session_id=session.id,
                    host=HOST,
                    digest=token_digest(token),
                    created_at=now,
                )
                change.put_session(session)
                change.add_handle(handle)
                minted.append(Minted(session_id=session.id, person_id=person.id, token=token))
    return minted
