"""What a good configuration becomes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.configurations import ALLOW_ALL, read, surroundings, write
from watchword.app import development_ca
from watchword.app.configuration import Configuration, ConfigurationError, Severity, read_configuration
from watchword.app.defaults import default_files, write_defaults
from watchword.decision.engine import Attachment, Request, Result, decide
from watchword.decision.language import PolicyKind
from watchword.enforcement.gateway.model import METHODS, Access, Match, Upstream
from watchword.identity.people.model import AAL2_LIMITS, AAL3_LIMITS
from watchword.kernel.assurance import AssuranceLevel
from watchword.kernel.clock import SettableClock
from watchword.kernel.errors import ConflictError, UnavailableError
from watchword.kernel.principals import person


@pytest.fixture
def default(tmp_path: Path) -> Configuration:
    write_defaults(tmp_path)
    return read_configuration(tmp_path, surroundings())


def test_an_empty_file_is_a_configuration_without_applications(tmp_path: Path) -> None:
    configuration = read(tmp_path, "# nothing yet\n")
    assert [a.name for a in configuration.gateway.applications] == ["auth", "console"]
    assert configuration.hosts == ("auth.localhost", "console.localhost")
    assert configuration.gateway.origin("auth.localhost") == "http://auth.localhost:8080"
    assert configuration.relying_party.id == "auth.localhost"
    assert configuration.relying_party.origin == "http://auth.localhost:8080"
    assert configuration.database == "sqlite:////state/watchword.db"
    assert (configuration.aal2_limits, configuration.aal3_limits) == (AAL2_LIMITS, AAL3_LIMITS)
    assert configuration.groups == {"administrators"}
    assert not configuration.tls_development


def test_what_init_writes_is_read_without_a_warning(default: Configuration) -> None:
    assert default.warnings == ()
    assert [a.name for a in default.gateway.applications] == ["auth", "console", "sample"]
    assert set(default.files) == set(default_files())
    assert {name: document.kind for name, document in default.policies.items()} == {
        "console-administration": PolicyKind.IDENTITY,
        "organisation": PolicyKind.SCP,
        "sample-application": PolicyKind.IDENTITY,
    }
    assert default.policy_text("organisation").startswith("{\n")
    assert default.invitation_link("TOKEN") == "http://auth.localhost:8080/enrol#TOKEN"


@pytest.mark.parametrize(
    ("groups", "resource", "context", "result"),
    [
        ((), "sample/", {"watchword:risklevel": "low", "watchword:hardwarekey": "false"}, Result.ALLOWED),
        (
            (),
            "sample/admin",
            {"watchword:risklevel": "low", "watchword:hardwarekey": "false"},
            Result.EXPLICITLY_DENIED,
        ),
        (
            (),
            "sample/admin/users",
            {"watchword:risklevel": "low", "watchword:hardwarekey": "false"},
            Result.EXPLICITLY_DENIED,
        ),
        ((), "sample/admin", {"watchword:risklevel": "low"}, Result.EXPLICITLY_DENIED),
        ((), "sample/admin", {"watchword:risklevel": "low", "watchword:hardwarekey": "true"}, Result.ALLOWED),
        ((), "sample/", {"watchword:risklevel": "high", "watchword:hardwarekey": "true"}, Result.EXPLICITLY_DENIED),
        ((), "console/", {"watchword:risklevel": "low", "watchword:hardwarekey": "true"}, Result.IMPLICITLY_DENIED),
        (
            ("administrators",),
            "console/people",
            {"watchword:risklevel": "low", "watchword:hardwarekey": "false"},
            Result.ALLOWED,
        ),
        ((), "payroll/", {"watchword:risklevel": "low", "watchword:hardwarekey": "true"}, Result.IMPLICITLY_DENIED),
    ],
)
def test_what_the_default_policies_mean(
    default: Configuration,
    groups: tuple[str, ...],
    resource: str,
    context: dict[str, str],
    result: Result,
) -> None:
    principal = person("alice@example.com", frozenset(groups))
    arn = f"arn:watchword:app:::{resource}"
    request = Request(principal=principal, action="http:GET", resource=arn, context=context)
    assert decide(request, default.policy_set.applicable(principal, arn)).result is result


def test_our_own_hosts_and_paths(default: Configuration) -> None:
    pages = Upstream(socket="/state/run/pages.sock")
    sign_in, console, sample = default.gateway.applications
    assert (sign_in.host, sign_in.internal, sign_in.upstream) == ("auth.localhost", True, pages)
    assert [(r.path, r.access) for r in sign_in.routes] == [("/", Access.PUBLIC)]
    assert (console.host, console.internal, console.upstream) == ("console.localhost", True, pages)
    assert console.routes[0].access is Access.SESSION
    assert sample.upstream == Upstream(socket="/state/run/sample.sock")
    for application in (console, sample):
        own = application.routes[-1]
        assert (own.path, own.access, own.upstream) == ("/.watchword", Access.PUBLIC, pages)


def test_routes_as_they_are_written(tmp_path: Path) -> None:
    configuration = read(
        tmp_path,
        """
applications:
  payroll:
    title: Payroll
    host: pay.localhost
    upstream: https://Pay.internal.example.com
    assurance: aal3
    policy: owner
    routes:
      - /
      - path: /health
        match: exact
        access: public
        methods: [GET, HEAD]
      - path: /Reports/2026
        id: reports
        assurance: aal2
        privileged: true
      - path: /live
        streams: true
""",
        {
            "owner": '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*",'
            '"Condition":{"Bool":{"aws:SecureTransport":"never"}}}]}'.replace('"never"', '"false"')
        },
    )
    application = configuration.gateway.by_host["pay.localhost"]
    assert application.title == "Payroll"
    assert application.upstream == Upstream(host="pay.internal.example.com", port=443, tls=True)
    root, health, reports, live, _ = application.routes
    assert (root.id, root.path, root.match, root.assurance) == ("payroll", "/", Match.PREFIX, AssuranceLevel.AAL3)
    assert root.methods == METHODS
    assert (health.id, health.match, health.access) == ("payroll.health", Match.EXACT, Access.PUBLIC)
    assert health.methods == {"GET", "HEAD"}
    assert (reports.id, reports.assurance, reports.privileged) == ("reports", AssuranceLevel.AAL2, True)
    assert (live.id, live.streams, live.tunnel) == ("payroll.live", True, False)
    assert configuration.resource_policies == {"payroll": "owner"}
    assert configuration.policies["owner"].kind is PolicyKind.RESOURCE


@pytest.mark.parametrize("routes", ["", "\n    routes: [/]", "\n    routes: [{path: /, tunnel: true}]"])
def test_a_tunnel(tmp_path: Path, routes: str) -> None:
    configuration = read(tmp_path, f"applications:\n  db:\n    upstream: tcp://[::1]:5432{routes}\n")
    application = configuration.gateway.by_host["db.localhost"]
    assert application.upstream == Upstream(host="::1", port=5432)
    assert (application.routes[0].tunnel, application.routes[0].streams) == (True, True)


def test_settings_as_they_are_written(tmp_path: Path) -> None:
    configuration = read(
        tmp_path,
        """
name: Example
listen: {address: "::1", port: 9000}
database: postgresql://watchword@db.example.com/watchword
sessions:
  aal2: {idle: 30m, absolute: 1d}
  aal3: {absolute: 10m}
policies:
  persons: {alice@example.com: [all]}
  groups: {staff: [all]}
""",
        {"all": ALLOW_ALL},
    )
    assert configuration.relying_party.name == "Example"
    assert configuration.gateway.listener.address == "::1"
    assert configuration.gateway.origin("console.localhost") == "http://console.localhost:9000"
    assert configuration.database == "postgresql+psycopg://watchword@db.example.com/watchword"
    assert configuration.aal2_limits.idle == timedelta(minutes=30)
    assert configuration.aal2_limits.absolute == timedelta(hours=24)
    # An idle limit that nobody wrote gives way to the absolute one that somebody did.
    assert configuration.aal3_limits.idle == configuration.aal3_limits.absolute == timedelta(minutes=10)
    assert configuration.attachments == (
        Attachment(policy="all", groups=frozenset({"staff"}), persons=frozenset({"alice@example.com"})),
    )
    assert configuration.groups == {"staff", "administrators"}


def test_tls_with_a_public_name(tmp_path: Path) -> None:
    clock = SettableClock(datetime(2026, 11, 1, tzinfo=UTC))
    tls = development_ca.ensure(_directory(tmp_path / "tls"), ("auth.example.com",), clock)
    main = (
        "domain: example.com\n"
        f"listen: {{address: 0.0.0.0, tls: {{certificate: {tls.certificate}, private_key: {tls.private_key}}}}}\n"
        "applications: {sample: {upstream: 'builtin:sample'}}\n"
    )
    configuration = read(tmp_path / "c", main)
    assert configuration.gateway.origin("sample.example.com") == "https://sample.example.com:8443"
    assert configuration.gateway.listener.certificate == str(tls.certificate)
    assert not configuration.tls_development


def test_tls_of_the_development_authority(tmp_path: Path) -> None:
    configuration = read(tmp_path, "domain: example.com\nlisten: {tls: development}\n")
    assert configuration.tls_development
    assert configuration.gateway.listener.certificate == "/state/tls/gateway.pem"
    assert configuration.gateway.listener.private_key == "/state/tls/gateway-key.pem"


def test_attestation_roots_are_pinned_from_the_directory(tmp_path: Path) -> None:
    clock = SettableClock(datetime(2026, 11, 1, tzinfo=UTC))
    pem = development_ca.ensure(_directory(tmp_path / "tls"), ("a.localhost",), clock).authority.read_bytes()
    directory = write(tmp_path / "c", "passkeys: {attestation_roots: [roots/maker.pem]}\n")
    (directory / "roots").mkdir()
    (directory / "roots/maker.pem").write_bytes(pem + pem)
    configuration = read_configuration(directory, surroundings())
    assert configuration.relying_party.attestation_roots == (pem, pem)
    assert configuration.files["roots/maker.pem"] == pem + pem


def test_options_and_environment_win_over_the_files(tmp_path: Path) -> None:
    directory = write(tmp_path, "listen: {port: 8080}\ndatabase: sqlite:///a.db\n")
    overridden = read_configuration(directory, surroundings(port=1234, database="postgresql://h/d"))
    assert overridden.gateway.listener.port == 1234
    assert overridden.database == "postgresql+psycopg://h/d"
    assert overridden.revision == read_configuration(directory, surroundings()).revision


def test_the_revision_names_the_contents_and_nothing_else(tmp_path: Path) -> None:
    first = read(tmp_path / "a", "name: A\n", {"p": ALLOW_ALL})
    same = read(tmp_path / "b", "name: A\n", {"p": ALLOW_ALL})
    other_text = read(tmp_path / "c", "name: A \n", {"p": ALLOW_ALL})
    other_name = read(tmp_path / "d", "name: A\n", {"q": ALLOW_ALL})
    assert first.revision == same.revision == first.gateway.revision == first.policy_set.revision
    assert len({first.revision, other_text.revision, other_name.revision}) == 3


def test_files_written_elsewhere_give_the_same_configuration(default: Configuration, tmp_path: Path) -> None:
    for name, content in default.files.items():
        path = tmp_path / "copy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    copy = read_configuration(tmp_path / "copy", surroundings())
    assert (copy.revision, copy.gateway, copy.policies) == (default.revision, default.gateway, default.policies)


def test_warnings_do_not_refuse(tmp_path: Path) -> None:
    directory = write(tmp_path, "database: postgresql://u:secret@h/d\n", {"lonely": ALLOW_ALL})
    (directory / "policies/notes.txt").write_text("not a policy")
    (directory / "policies/.hidden.json").write_text("{")
    (directory / "policies/lonely.json~").write_text("{")
    configuration = read_configuration(directory, surroundings())
    assert {w.severity for w in configuration.warnings} == {Severity.WARNING}
    assert [str(w) for w in configuration.warnings if w.code in {"policy.ignored", "database.password"}] == [
        "policies/notes.txt: not read; policies are files that end with .json",
        (
            "watchword.yaml:1:11: a password in a file that a team shares; put it into ~/.pgpass, or the whole URL into "
            "WATCHWORD_DATABASE"
        ),
    ]
    assert "policies/lonely.json: attached to nobody" in "\n".join(str(w) for w in configuration.warnings)
    assert set(configuration.policies) == {"lonely"}


def test_a_resource_policy_that_is_not_used_yet_is_read_as_one(tmp_path: Path) -> None:
    text = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}'
    assert read(tmp_path, "", {"p": text}).policies["p"].kind is PolicyKind.RESOURCE


def test_guardrails_are_levels(tmp_path: Path) -> None:
    names = dict.fromkeys(("root", "unit", "team"), ALLOW_ALL)
    assert read(tmp_path, "guardrails: [root, [unit, team]]\n", names).guardrails == (("root",), ("unit", "team"))


def test_init_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/organisation.json").write_text("mine")
    with pytest.raises(ConflictError) as caught:
        write_defaults(tmp_path)
    assert caught.value.code == "init.exists"
    assert not (tmp_path / "watchword.yaml").exists()
    assert (tmp_path / "policies/organisation.json").read_text() == "mine"


def test_init_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError) as caught:
        write_defaults(tmp_path / "file")
    assert caught.value.code == "init.unwritable"


def test_reading_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "domain: [", {"p": "{"})
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ConfigurationError):
        read_configuration(tmp_path, surroundings())
    assert sorted(tmp_path.rglob("*")) == before


def _directory(path: Path) -> Path:
    path.mkdir()
    return path
