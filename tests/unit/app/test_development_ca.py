"""The development authority: good for the named hosts on this machine, and for nothing else."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509 import verification

from watchword.app import development_ca
from watchword.kernel.clock import SettableClock, SystemClock

HOSTS = ("auth.localhost", "console.localhost")


def leaf(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def test_openssl_takes_the_pair_and_a_verifier_the_chain(tmp_path: Path) -> None:
    paths = development_ca.ensure(tmp_path, HOSTS, SystemClock())
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(paths.certificate, paths.private_key)
    authority = x509.load_pem_x509_certificate(paths.authority.read_bytes())
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store([authority]))
        .build_server_verifier(x509.DNSName("auth.localhost"))
    )
    assert verifier.verify(leaf(paths.certificate), [])
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_it_vouches_for_the_named_hosts_alone(tmp_path: Path) -> None:
    paths = development_ca.ensure(tmp_path, HOSTS, SystemClock())
    authority = x509.load_pem_x509_certificate(paths.authority.read_bytes())
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert {name.value for name in constraints.value.permitted_subtrees or ()} == set(HOSTS)


def test_it_is_kept_while_it_is_good_and_renewed_before_it_ends(tmp_path: Path) -> None:
    clock = SettableClock(datetime.now(UTC))
    first = leaf(development_ca.ensure(tmp_path, HOSTS, clock).certificate)
    assert leaf(development_ca.ensure(tmp_path, tuple(reversed(HOSTS)), clock).certificate) == first
    clock.advance(timedelta(days=21))
    renewed = leaf(development_ca.ensure(tmp_path, HOSTS, clock).certificate)
    assert renewed.not_valid_after_utc > first.not_valid_after_utc


def test_other_hosts_need_another_certificate(tmp_path: Path) -> None:
    first = leaf(development_ca.ensure(tmp_path, HOSTS, SystemClock()).certificate)
    second = leaf(development_ca.ensure(tmp_path, (*HOSTS, "new.localhost"), SystemClock()).certificate)
    assert second.serial_number != first.serial_number


def test_half_of_it_lost_means_all_of_it_anew(tmp_path: Path) -> None:
    paths = development_ca.ensure(tmp_path, HOSTS, SystemClock())
    paths.private_key.unlink()
    paths = development_ca.ensure(tmp_path, HOSTS, SystemClock())
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(paths.certificate, paths.private_key)
