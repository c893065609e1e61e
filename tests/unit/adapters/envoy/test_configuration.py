"""What must hold of Envoy's configuration, whatever is configured. That Envoy takes it is shown by the scenarios."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from support.envoy import application_named, route, sample_applications
from watchword.adapters.envoy import configuration as build
from watchword.adapters.envoy.binary import find_envoy
from watchword.adapters.envoy.layout import EnvoyLayout, system_roots
from watchword.adapters.envoy.process import EnvoyAdmin, last_words
from watchword.adapters.envoy.reload import needs_restart, write_files
from watchword.enforcement.gateway import GatewayConfiguration, Listener, Upstream
from watchword.kernel.errors import InvalidInputError, UnavailableError

AUTHZ = "envoy.filters.http.ext_authz"
PROC = "envoy.filters.http.ext_proc"


def configured(**fields: object) -> GatewayConfiguration:
    values: dict[str, object] = {
        "revision": "c1",
        "listener": Listener(port=8080),
        "domain": "localhost",
        "applications": sample_applications(3000),
        **fields,
    }
    return GatewayConfiguration(**values)  # type: ignore[arg-type]  # the test's own choice of fields


def laid_out(directory: Path) -> EnvoyLayout:
    return EnvoyLayout(
        directory=directory / "envoy",
        check_socket=directory / "check.sock",
        streams_socket=directory / "streams.sock",
        admin_socket=directory / "admin.sock",
    )


def plain(value: object) -> dict[str, object]:
    found = json.loads(json.dumps(value))
    assert isinstance(found, dict)
    return found


def all_routes() -> list[tuple[str, dict[str, object]]]:
    hosts = plain(build.route_configuration(configured()))["virtual_hosts"]
    assert isinstance(hosts, list)
    return [(host["name"], found) for host in hosts for found in host["routes"]]


def test_every_route_asks_under_its_own_name_or_refuses_by_itself() -> None:
    routes = all_routes()
    assert len(routes) > 10
    for _, found in routes:
        filters = found["typed_per_filter_config"]
        assert isinstance(filters, dict)
        authz = filters[AUTHZ]
        if authz.get("disabled"):
            # CONNECT: either the holder of streams decides it, or nothing is there at all.
            assert found["match"] == {"connect_matcher": {}}
            assert PROC in filters or "direct_response" in found
            continue
        prefix = authz["check_settings"]["http_service"]["path_prefix"]
        assert prefix == f"/authz/{found.get('name', '-')}"


def test_only_stream_and_tunnel_routes_may_become_something_else() -> None:
    upgrading = {
        str(found.get("name")) for _, found in all_routes() if "upgrade_configs" in plain(found.get("route", {}))
    }
    assert upgrading == {"app.live", "tcp#tunnel"}


def test_hosts_are_exact_and_the_last_one_forwards_nothing() -> None:
    hosts = plain(build.route_configuration(configured()))["virtual_hosts"]
    assert isinstance(hosts, list)
    assert [host["domains"] for host in hosts] == [
        ["app.localhost"],
        ["other.localhost"],
        ["auth.localhost"],
        ["tcp.localhost"],
        ["*"],
    ]
    assert all("route" not in found for found in hosts[-1]["routes"])


def test_a_check_that_fails_closes(tmp_path: Path) -> None:
    text = build.dumps(build.bootstrap(configured(), laid_out(tmp_path))).decode()
    assert '"failure_mode_allow": true' not in text
    assert text.count('"failure_mode_allow": false') == 2
    assert '"status_on_error"' in text
    assert "tcp" not in json.dumps(json.loads(text)["admin"])


def test_every_spoofable_header_goes_before_any_filter_looks(tmp_path: Path) -> None:
    text = build.dumps(build.bootstrap(configured(), laid_out(tmp_path))).decode()
    for name in ("x-watchword-", "x-forwarded-", "x-request-id", "forwarded", "remote-user"):
        assert f'"{name}"' in text


def test_a_changed_upstream_is_another_cluster() -> None:
    one, two = Upstream(host="127.0.0.1", port=1), Upstream(host="127.0.0.1", port=2)
    assert build.cluster_name(one) != build.cluster_name(two)
    assert build.cluster_name(one) != build.cluster_name(replace(one, tls=True))


def test_an_upstream_with_tls_is_verified_or_refused(tmp_path: Path) -> None:
    application = replace(application_named("app", 1), upstream=Upstream(host="backend.test", port=443, tls=True))
    configuration = configured(applications=(application,))
    roots = tmp_path / "roots.pem"
    (cluster,) = build.application_clusters(configuration, replace(laid_out(tmp_path), trusted_roots=roots))
    assert str(roots) in json.dumps(cluster)
    assert "backend.test" in json.dumps(cluster["transport_socket"])
    with pytest.raises(InvalidInputError, match="verify"):
        build.application_clusters(configuration, replace(laid_out(tmp_path), trusted_roots=None))


def test_roots_of_ones_own_are_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = tmp_path / "roots.pem"
    roots.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    assert system_roots() == roots


def test_this_machine_is_one_address_and_asked_of_nobody(tmp_path: Path) -> None:
    for host in ("localhost", "app.localhost"):
        upstream = Upstream(host=host, port=3000, tls=True)
        configuration = configured(applications=(replace(application_named("app", 1), upstream=upstream),))
        (cluster,) = build.application_clusters(configuration, replace(laid_out(tmp_path), trusted_roots=tmp_path))
        text = json.dumps(cluster)
        assert cluster["type"] == "STATIC"
        assert '"address": "127.0.0.1"' in text
        assert "::1" not in text
        assert f'"sni": "{host}"' in text


def test_an_address_is_no_servers_name(tmp_path: Path) -> None:
    upstream = Upstream(host="10.0.0.7", port=443, tls=True)
    configuration = configured(applications=(replace(application_named("app", 1), upstream=upstream),))
    (cluster,) = build.application_clusters(configuration, replace(laid_out(tmp_path), trusted_roots=tmp_path))
    assert '"sni": ""' in json.dumps(cluster)
    assert '"san_type": "IP_ADDRESS", "matcher": {"exact": "10.0.0.7"}' in json.dumps(cluster)


def test_an_upstream_without_an_address_is_refused(tmp_path: Path) -> None:
    configuration = configured(applications=(replace(application_named("app", 1), upstream=Upstream()),))
    with pytest.raises(InvalidInputError, match="address"):
        build.application_clusters(configuration, laid_out(tmp_path))


def test_a_route_that_could_be_matched_in_two_ways_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="route's path"):
        build.route_configuration(configured(applications=(application_named("app", 1, route("app", "a", "/a/../b")),)))


def test_the_files_are_private_and_whole(tmp_path: Path) -> None:
    layout = laid_out(tmp_path)
    write_files(configured(), layout)
    written = sorted(path.name for path in layout.directory.iterdir())
    assert written == ["bootstrap.json", "certificate.json", "clusters.json", "routes.json"]
    for path in layout.directory.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert json.loads(path.read_bytes())
    assert json.loads(layout.routes.read_bytes())["version_info"] == "c1"


def test_a_new_certificate_needs_no_restart_and_another_port_does() -> None:
    tls = configured(listener=Listener(port=8443, certificate="/a", private_key="/b"))
    assert not needs_restart(tls, configured(listener=Listener(port=8443, certificate="/c", private_key="/d")))
    assert needs_restart(tls, configured(listener=Listener(port=8444, certificate="/a", private_key="/b")))
    assert needs_restart(tls, configured(listener=Listener(port=8443)))


def test_the_binary_is_found_without_importing_anything_named_envoy() -> None:
    assert find_envoy().name == "envoy"
    assert find_envoy().stat().st_size > 1_000_000


def test_an_envoy_that_is_not_there_is_not_ready(tmp_path: Path) -> None:
    admin = EnvoyAdmin(tmp_path / "none.sock")
    assert not admin.ready()
    with pytest.raises(UnavailableError, match="does not answer"):
        admin.stats("cds")
    assert last_words(tmp_path / "none.log") == "it left no log"
