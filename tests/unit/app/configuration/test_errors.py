"""Every way a configuration can be wrong, with the place and the words that its author gets."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from support.configurations import ALLOW_ALL, read, surroundings, write
from watchword.app.configuration import ConfigurationError, read_configuration
from watchword.app.yaml_tree import MAX_BYTES


def problems(directory: Path, main: str | bytes | None, policies: Mapping[str, str | bytes] | None = None) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read(directory, main, policies)
    assert caught.value.code == "configuration.refused"
    assert caught.value.diagnostics
    assert str(caught.value).splitlines() == [str(d) for d in caught.value.diagnostics]
    return str(caught.value).splitlines()


YAML = {
    "tab": (
        "applications:\n\tsample:\n",
        "watchword.yaml:2:1: a tab where YAML wants spaces; indent with spaces",
    ),
    "unclosed quote": (
        "domain: 'localhost\n",
        "watchword.yaml:2:1: found unexpected end of stream, while scanning a quoted scalar that begins in line 1",
    ),
    "second colon": (
        "domain: a: b\n",
        "watchword.yaml:1:10: a colon where no value can begin; put the text in quotes, or check the indentation",
    ),
    "duplicate key": (
        "domain: localhost\nlisten:\n  port: 8080\n  port: 8081\n",
        "watchword.yaml:4:3: the key 'port' is given twice; the first one is in line 3",
    ),
    "anchor": (
        "applications: &all\n  sample: {upstream: 'builtin:sample'}\n",
        "watchword.yaml:1:15: not used in a configuration: an anchor; write the value out where it is needed",
    ),
    "alias": (
        "domain: *other\n",
        "watchword.yaml:1:9: not used in a configuration: an alias; write the value out",
    ),
    "tag": (
        "domain: !!python/object/apply:os.system ['true']\n",
        "watchword.yaml:1:9: not used in a configuration: a tag, tag:yaml.org,2002:python/object/apply:os.system; remove it",
    ),
    "second document": (
        "domain: localhost\n---\ndomain: example.com\n",
        "watchword.yaml:2:1: not used in a configuration: a second document in one file; keep one, without `---`",
    ),
    "key that is a list": (
        "[a, b]: c\n",
        "watchword.yaml:1:1: not used in a configuration: a key that is no text",
    ),
    "merge key": (
        "listen:\n  <<: {port: 1}\n",
        "watchword.yaml:2:3: unknown key '<<' (expected address, port or tls)",
    ),
    "too deep": (
        "domain: " + "[" * 20 + "]" * 20,
        "watchword.yaml:1:20: not used in a configuration: nested deeper than 12 levels",
    ),
    "control character": (
        "name: a\x07b\n",
        "watchword.yaml:1:8: a character that YAML does not allow (found U+0007); remove it",
    ),
    "a list at the top": (
        "- domain\n",
        (
            "watchword.yaml:1:1: not the right kind of value (expected watchword.yaml: a mapping with name, domain, listen, "
            "database, applications, policies, guardrails, sessions, passkeys and posture, found a list)"
        ),
    ),
}


@pytest.mark.parametrize(("text", "expected"), YAML.values(), ids=YAML.keys())
def test_yaml_that_is_not_ours(tmp_path: Path, text: str, expected: str) -> None:
    assert problems(tmp_path, text) == [expected]


VALUES = {
    "yes is no number": (
        "listen: {port: yes}",
        "watchword.yaml:1:16: not the right kind of value (expected a number from 1 to 65535, found 'yes')",
    ),
    "a quoted number": (
        "listen: {port: '8080'}",
        "watchword.yaml:1:16: not the right kind of value (expected a number from 1 to 65535, found '8080')",
    ),
    "an octal number": (
        "listen: {port: 0o10}",
        "watchword.yaml:1:16: not the right kind of value (expected a number from 1 to 65535, found '0o10')",
    ),
    "no port": (
        "listen: {port: 70000}",
        "watchword.yaml:1:16: not the right kind of value (expected a number from 1 to 65535, found '70000')",
    ),
    "nothing": (
        "name:",
        "watchword.yaml:1:6: not the right kind of value (expected text, found nothing)",
    ),
    "unknown key": (
        "aplications: {}",
        (
            "watchword.yaml:1:1: unknown key 'aplications' (expected name, domain, listen, database, applications, policies, "
            "guardrails, sessions, passkeys or posture); did you mean 'applications'?"
        ),
    ),
    "no address": (
        "listen: {address: here}",
        (
            "watchword.yaml:1:19: not an IP address (expected an address of this machine, like 127.0.0.1, 0.0.0.0 or ::, "
            "found 'here')"
        ),
    ),
    "plain HTTP for everybody": (
        "listen: {address: 0.0.0.0}",
        (
            "watchword.yaml:1:19: plain HTTP is served on loopback alone (expected 127.0.0.1 or ::1, or a certificate, found "
            "0.0.0.0); give `tls` a certificate and its private_key"
        ),
    ),
    "plain HTTP for a public name": (
        "domain: example.com",
        (
            "watchword.yaml:1:9: plain HTTP is served for *.localhost names alone (expected a name that ends with "
            ".localhost, or `listen.tls`, found example.com); browsers keep passkeys and secure cookies from other names "
            "without TLS"
        ),
    ),
    "half a certificate": (
        "listen: {tls: {certificate: /dev/null}}",
        "watchword.yaml:1:15: tls has no private_key (expected private_key: /path/to.pem)",
    ),
    "a certificate beside the configuration": (
        "listen: {tls: {certificate: a.pem, private_key: /dev/null}}",
        (
            "watchword.yaml:1:29: not an absolute path (expected /path/to.pem, found 'a.pem'); keys are not kept beside the "
            "configuration"
        ),
    ),
    "a certificate that is not there": (
        "listen: {tls: {certificate: /nowhere/a.pem, private_key: /dev/null}}",
        "watchword.yaml:1:29: cannot be read: No such file or directory (found '/nowhere/a.pem')",
    ),
    "tls: true": (
        "listen: {tls: true}",
        (
            "watchword.yaml:1:15: not the right kind of value (expected development, or a mapping with certificate and "
            "private_key, found 'true')"
        ),
    ),
    "MySQL": (
        "database: mysql://u:secret@h/d",
        (
            "watchword.yaml:1:11: not a database (expected postgresql://user@host/name or sqlite:///path); MySQL and others "
            "are not supported"
        ),
    ),
    "a session that never ends": (
        "sessions: {aal2: {idle: 2h}}",
        (
            "watchword.yaml:1:25: longer than allowed (expected at most 1h, found 2h); NIST SP 800-63B-4, 2.2.3 and 2.3.3: "
            "at aal2 idle is at most 1h"
        ),
    ),
    "idle longer than all of it": (
        "sessions: {aal3: {idle: 10m, absolute: 5m}}",
        "watchword.yaml:1:25: the idle limit is longer than the absolute one (expected at most 5m, found 10m)",
    ),
    "no duration": (
        "sessions: {aal2: {idle: 10}}",
        "watchword.yaml:1:25: not the right kind of value (expected a duration like 90s, 15m, 12h or 1d, found '10')",
    ),
    "roots outside": (
        "passkeys: {attestation_roots: [../roots.pem]}",
        (
            "watchword.yaml:1:32: not a file of the configuration directory (expected a path relative to it, without . and "
            ".., found '../roots.pem')"
        ),
    ),
    "roots that are none": (
        "passkeys: {attestation_roots: [watchword.yaml]}",
        (
            "watchword.yaml:1:32: not the right kind of value (expected a file of PEM certificates, found something else in "
            "it)"
        ),
    ),
}


@pytest.mark.parametrize(("text", "expected"), VALUES.values(), ids=VALUES.keys())
def test_values(tmp_path: Path, text: str, expected: str) -> None:
    assert problems(tmp_path, text) == [expected]


APPLICATIONS = {
    "no upstream": (
        "a: {title: A}",
        "2:3: application 'a' has no upstream (expected upstream: http://host:port)",
    ),
    "a misspelt upstream": (
        "a: {upsteam: 'http://127.0.0.1:1'}",
        (
            "2:7: unknown key 'upsteam' (expected title, host, upstream, policy, assurance or routes); did you mean "
            "'upstream'?"
        ),
    ),
    "upstream without scheme": (
        "a: {upstream: '127.0.0.1:3000'}",
        (
            "2:17: not an upstream (expected http://host:port, https://host:port, tcp://host:port or builtin:sample, found "
            "'127.0.0.1:3000'); did you mean http://127.0.0.1:3000?"
        ),
    ),
    "upstream with a path": (
        "a: {upstream: 'http://127.0.0.1:3000/app'}",
        (
            "2:17: not an upstream (expected http://host:port, https://host:port, tcp://host:port or builtin:sample, found "
            "'http://127.0.0.1:3000/app'); leave out the path: requests keep their own"
        ),
    ),
    "upstream with a password": (
        "a: {upstream: 'http://u:secret@127.0.0.1:3000'}",
        (
            "2:17: not an upstream (expected http://host:port, https://host:port, tcp://host:port or builtin:sample, found "
            "an address with a user)"
        ),
    ),
    "upstream on port 0": (
        "a: {upstream: 'http://127.0.0.1:0'}",
        (
            "2:17: not an upstream (expected http://host:port, https://host:port, tcp://host:port or builtin:sample, found "
            "'http://127.0.0.1:0')"
        ),
    ),
    "tcp without a port": (
        "a: {upstream: 'tcp://db.example.com'}",
        (
            "2:17: not an upstream (expected http://host:port, https://host:port, tcp://host:port or builtin:sample, found "
            "'tcp://db.example.com'); the port is missing"
        ),
    ),
    "no IPv4 address": (
        "a: {upstream: 'http://127.0.0.256:1'}",
        (
            "2:17: not an upstream (expected http://host:port, https://host:port, tcp://host:port or builtin:sample, found "
            "'http://127.0.0.256:1')"
        ),
    ),
    "the gateway itself": (
        "a: {upstream: 'http://localhost:8080'}",
        (
            "2:17: the gateway itself listens on port 8080; give the application another port, or the gateway "
            "(`listen.port`)"
        ),
    ),
    "a reserved name": (
        "console: {upstream: 'builtin:sample'}",
        "2:3: the name 'console' is our own; auth and console are served on auth.localhost and console.localhost",
    ),
    "a bad name": (
        "A_b: {upstream: 'builtin:sample'}",
        (
            "2:3: not an application's name (expected lower-case letters, digits and inner hyphens, at most 63, found "
            "'A_b')"
        ),
    ),
    "an upper-case host": (
        "a: {upstream: 'builtin:sample', host: A.localhost}",
        "2:41: not a host name (expected a lower-case DNS name, found 'A.localhost'); write a.localhost",
    ),
    "a host with a port": (
        "a: {upstream: 'builtin:sample', host: 'a.localhost:8080'}",
        (
            "2:41: not a host name (expected a lower-case DNS name, found 'a.localhost:8080'); write the name alone, without "
            "scheme, port or path"
        ),
    ),
    "a wildcard host": (
        "a: {upstream: 'builtin:sample', host: '*.localhost'}",
        (
            "2:41: not a host name (expected a lower-case DNS name, found '*.localhost'); wildcards are not served: name "
            "each host"
        ),
    ),
    "our own host": (
        "a: {upstream: 'builtin:sample', host: auth.localhost}",
        "2:41: the host auth.localhost is taken; it is already that of the sign-in host",
    ),
    "a public name over plain HTTP": (
        "a: {upstream: 'builtin:sample', host: a.example.com}",
        (
            "2:41: plain HTTP is served for *.localhost names alone (expected a name that ends with .localhost, or "
            "`listen.tls`, found a.example.com); browsers keep passkeys and secure cookies from other names without TLS"
        ),
    ),
    "AAL1": (
        "a: {upstream: 'builtin:sample', assurance: aal1}",
        "2:46: not the right kind of value (expected aal2 or aal3, found 'aal1'); did you mean 'aal3'?",
    ),
    "no routes": (
        "a: {upstream: 'builtin:sample', routes: []}",
        "2:43: no routes: nothing would be let through; add `- path: /`",
    ),
    "an unknown policy": (
        "a: {upstream: 'builtin:sample', policy: nobody}",
        "2:43: there is no policy 'nobody' (expected a file policies/nobody.json)",
    ),
}


@pytest.mark.parametrize(("text", "expected"), APPLICATIONS.values(), ids=APPLICATIONS.keys())
def test_applications(tmp_path: Path, text: str, expected: str) -> None:
    assert problems(tmp_path, f"applications:\n  {text}\n") == [f"watchword.yaml:{expected}"]


ROUTES = {
    "a trailing slash": (
        "/admin/",
        (
            "5: not a route's path (expected /segments/without/percent-encoding, dots or a query, found '/admin/'); write "
            "/admin: it matches what is below it too"
        ),
    ),
    "a wildcard": (
        "/admin/*",
        (
            "5: not a route's path (expected /segments/without/percent-encoding, dots or a query, found '/admin/*'); leave "
            "out the *: a route matches what is below it too"
        ),
    ),
    "a relative path": (
        "admin",
        (
            "5: not a route's path (expected /segments/without/percent-encoding, dots or a query, found 'admin'); start "
            "with /"
        ),
    ),
    "dots": (
        "/a/../b",
        "5: not a route's path (expected /segments/without/percent-encoding, dots or a query, found '/a/../b')",
    ),
    "two slashes": (
        "//admin",
        "5: not a route's path (expected /segments/without/percent-encoding, dots or a query, found '//admin')",
    ),
    "a query": (
        "/a?b",
        "5: not a route's path (expected /segments/without/percent-encoding, dots or a query, found '/a?b')",
    ),
    "percent-encoding": (
        "/a%2fb",
        "5: not a route's path (expected /segments/without/percent-encoding, dots or a query, found '/a%2fb')",
    ),
    "our own path": (
        "/.watchword/callback",
        "5: paths below /.watchword/ are our own (found '/.watchword/callback')",
    ),
    "no path": (
        "{match: exact}",
        "5: a route without a path (expected path: /…)",
    ),
    "an unknown method": (
        "{path: /, methods: [GET, TRACE]}",
        "30: not the right kind of value (expected DELETE, GET, HEAD, OPTIONS, PATCH, POST or PUT, found 'TRACE')",
    ),
    "no methods": (
        "{path: /, methods: []}",
        "24: no methods: nothing would be let through (expected DELETE, GET, HEAD, OPTIONS, PATCH, POST or PUT)",
    ),
    "public and privileged": (
        "{path: /, access: public, privileged: true}",
        "43: a public route cannot have privileged; nobody signs in on it",
    ),
    "public and AAL3": (
        "{path: /, access: public, assurance: aal3}",
        "42: a public route cannot have assurance; nobody signs in on it",
    ),
    "a tunnel over HTTP": (
        "{path: /, tunnel: true}",
        (
            "23: tunnels go to tcp:// upstreams, and nothing else does; use `tunnel: true` with `upstream: "
            "tcp://host:port`"
        ),
    ),
    "an id with a slash": (
        "{path: /, id: a/b}",
        (
            "19: not a route's id (expected lower-case letters, digits, dots, hyphens and underscores, at most 63, found "
            "'a/b')"
        ),
    ),
}


@pytest.mark.parametrize(("text", "expected"), ROUTES.values(), ids=ROUTES.keys())
def test_routes(tmp_path: Path, text: str, expected: str) -> None:
    main = f"applications:\n a:\n  upstream: builtin:sample\n  routes:\n  - {text}\n"
    assert problems(tmp_path, main) == [f"watchword.yaml:5:{expected}"]


def test_two_routes_that_are_one(tmp_path: Path) -> None:
    main = "applications:\n a:\n  upstream: builtin:sample\n  routes:\n  - /a\n  - /a.b\n  - /a\n  - /a/b\n  - /a/B\n"
    assert problems(tmp_path, main) == [
        "watchword.yaml:7:5: the path /a is given twice; the first one is in line 5",
        "watchword.yaml:9:5: the route id a.a.b is given twice; the first one is in line 8; give one of them another `id`",
    ]


def test_two_applications_on_one_host(tmp_path: Path) -> None:
    main = "applications:\n a: {upstream: 'builtin:sample', host: x.localhost}\n b: {upstream: 'builtin:sample', host: x.localhost}\n"
    assert problems(tmp_path, main) == [
        "watchword.yaml:3:40: the host x.localhost is taken; it is already that of application a"
    ]


POLICIES = {
    "misspelt": (
        "policies: {everyone: [al]}",
        "watchword.yaml:1:23: there is no policy 'al' (expected a file policies/al.json); did you mean 'all'?",
    ),
    "with its ending": (
        "policies: {everyone: [all.json]}",
        "watchword.yaml:1:23: there is no policy 'all.json' (expected a file policies/all.json); write all",
    ),
    "twice": (
        "policies: {everyone: [all, all]}",
        "watchword.yaml:1:28: policy 'all' is named twice here",
    ),
    "not a list": (
        "policies: {everyone: all}",
        "watchword.yaml:1:22: not the right kind of value (expected a list of policy names, found 'all')",
    ),
    "not an address": (
        "policies: {persons: {alice: [all]}}",
        "watchword.yaml:1:22: not a person (expected an email address in lower case, found 'alice')",
    ),
    "not a group": (
        "policies: {groups: {'the staff': [all]}}",
        (
            "watchword.yaml:1:21: not a group (expected letters, digits and inner dots, hyphens and underscores, at most "
            "64, found 'the staff')"
        ),
    ),
    "two kinds": (
        "policies: {everyone: [all]}\nguardrails: [all]",
        (
            "watchword.yaml:2:14: policy 'all' is used as a guardrail here and for people in line 1; they are written "
            "differently: make two of it"
        ),
    ),
    "an empty level": (
        "policies: {everyone: [all]}\nguardrails: [[]]",
        "watchword.yaml:2:14: a level without a policy permits nothing; remove it",
    ),
}


@pytest.mark.parametrize(("text", "expected"), POLICIES.values(), ids=POLICIES.keys())
def test_attachments(tmp_path: Path, text: str, expected: str) -> None:
    assert problems(tmp_path, text, {"all": ALLOW_ALL}) == [expected]


def test_every_problem_of_every_file_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "domian: localhost\npolicies:\n  everyone: [first, second, third]\n",
        {"first": '{"Version":"2012-10-17","Statement":[{"Effect":"allow"}]}', "second": "{", "unused": "[]"},
    )
    places = [line.split(": ")[0] for line in found]
    assert places == sorted(places, key=lambda place: place.split(":")[0])
    assert {place.split(":")[0] for place in places} == {
        "policies/first.json",
        "policies/second.json",
        "policies/unused.json",
        "watchword.yaml",
    }
    assert "watchword.yaml:1:1" in places
    assert "watchword.yaml:3:29" in places
    assert len([place for place in places if place.startswith("policies/first.json")]) > 1


def test_policies_are_read_even_where_the_main_file_is_not(tmp_path: Path) -> None:
    found = problems(tmp_path, "domain: [", {"broken": "{"})
    assert [line.split(":")[0] for line in found] == ["policies/broken.json", "watchword.yaml"]


def test_no_main_file(tmp_path: Path) -> None:
    assert problems(tmp_path, None) == [
        f"watchword.yaml: there is no watchword.yaml in {tmp_path}; write one with: watchword init"
    ]


def test_a_directory_where_the_main_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "watchword.yaml").mkdir()
    assert problems(tmp_path, None) == [f"watchword.yaml: not a file: {tmp_path}/watchword.yaml"]


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    assert problems(tmp_path, b"name: ok\nname2: caf\xe9\n") == [
        "watchword.yaml:2:11: the file is not UTF-8 (found byte 0xe9); save it as UTF-8"
    ]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, b"#" * (MAX_BYTES + 1))
    assert line == f"watchword.yaml: the file is too large (expected at most {MAX_BYTES} bytes, found {MAX_BYTES + 1})"


def test_a_few_lines_that_would_expand_to_gigabytes(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    assert problems(tmp_path, bomb) == [
        "watchword.yaml:1:4: not used in a configuration: an anchor; write the value out where it is needed"
    ]


def test_what_a_stranger_wrote_stays_on_one_line_and_commands_no_terminal(tmp_path: Path) -> None:
    found = problems(tmp_path, '"evil\\n\\e[31mkey": 1\n')
    assert len(found) == 1
    assert "\x1b" not in found[0]


def test_a_database_password_is_never_repeated(tmp_path: Path) -> None:
    write(tmp_path, "database: oracle://u:secret@h/d")
    with pytest.raises(ConfigurationError) as caught:
        read_configuration(tmp_path, surroundings(database="postgres:secret"))
    assert "secret" not in str(caught.value)
    assert [d.place.document for d in caught.value.diagnostics] == ["WATCHWORD_DATABASE"]
