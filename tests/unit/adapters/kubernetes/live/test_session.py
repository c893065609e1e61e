"""A cluster over the wire: who asks, what is refused before it is sent, what is tried again and what is not."""

import base64
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.certificates import Authority
from support.kube_cluster import TOKEN, Cluster, cluster
from watchword.adapters.kubernetes.live.resources import RESOURCES, is_allowed
from watchword.adapters.kubernetes.live.session import TOO_LARGE, CallFailed, Limits, open_cluster
from watchword.kernel.errors import DefectError, InvalidInputError, NotFoundError, UnavailableError

_QUICK = Limits(connect_seconds=2, read_seconds=0.3, attempts=3)


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with cluster(tmp_path) as made:
        _use(monkeypatch, made.kubeconfig())
        yield made


def _use(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    # The client reads the variable when it is imported, once for the whole process.
    from kubernetes.config import kube_config

    monkeypatch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(path))


def test_a_token_of_the_kubeconfig_says_who_asks(there: Cluster) -> None:
    opened = open_cluster(None)
    assert opened.name == "prod"
    assert opened.get("/version")["gitVersion"] == "v1.36.1"
    assert [one.token for one in there.asked] == [TOKEN]


def test_a_certificate_says_who_asks(there: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, there.kubeconfig(user=there.certified()))
    assert open_cluster("prod").get("/version")["gitVersion"] == "v1.36.1"
    assert [(one.token, one.certificate) for one in there.asked] == [("", True)]


def test_a_plugin_says_who_asks(there: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    credential = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}'
    _use(monkeypatch, there.kubeconfig(user=there.plugin(f"print('''{credential % TOKEN}''')")))
    assert open_cluster("prod").get("/version")["gitVersion"] == "v1.36.1"
    assert [one.token for one in there.asked] == [TOKEN]


def test_a_plugin_that_fails_is_told_and_nobody_is_asked(
    there: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _use(monkeypatch, there.kubeconfig(user=there.plugin("raise SystemExit(3)")))
    with pytest.raises(UnavailableError, match="no credentials for prod") as caught:
        open_cluster("prod")
    assert caught.value.code == "kube.credentials"
    assert not there.asked
    assert "ERROR" not in capsys.readouterr().err


def test_a_server_that_another_authority_signed_for_is_not_believed(
    there: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Authority(tmp_path / "other", "somebody else")
    _use(monkeypatch, there.kubeconfig(of_cluster={"certificate-authority": str(other.root)}))
    with pytest.raises(CallFailed) as caught:
        open_cluster("prod", wait=lambda _: None, limits=_QUICK).get("/version")
    assert caught.value.reason == "Tls"
    assert not there.asked


def test_a_context_that_is_not_there_is_refused_with_those_that_are(there: Cluster) -> None:
    with pytest.raises(InvalidInputError, match="no context staging") as caught:
        open_cluster("staging")
    assert caught.value.hint == "there are prod"
    assert not there.asked


def test_a_kubeconfig_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, tmp_path / "none")
    with pytest.raises(InvalidInputError) as caught:
        open_cluster(None)
    assert caught.value.code == "kube.configuration"


@pytest.mark.parametrize("text", ["[", "3", "{}", '{"contexts": 3}', '{"current-context": "x", "contexts": []}'])
def test_what_is_no_kubeconfig_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    _use(monkeypatch, path)
    with pytest.raises(InvalidInputError) as caught:
        open_cluster(None)
    assert caught.value.code in {"kube.configuration", "kube.no_context"}


def test_without_the_client_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kubernetes.client", None)
    with pytest.raises(NotFoundError) as caught:
        open_cluster(None)
    assert caught.value.hint == "pip install 'watchword[kubernetes]'"


def test_what_is_in_no_table_is_not_asked(there: Cluster) -> None:
    opened = open_cluster(None)
    for path in (
        "/api/v1/pods/log",
        "/api/v1/namespaces/shop/pods/web/exec",
        "/api/v1/namespaces/../secrets",
        "/api/v1/namespaces/shop/secrets/db",
        "/apis/apps/v1/deployments/scale",
        "/apis/example.com/v1/things",
        "/metrics",
        "/",
        "/api/v1/namespaces/shop%2Fx/pods",
        "/api/v1",
        "/apis/apps/v1/namespaces/shop",
    ):
        with pytest.raises(DefectError):
            opened.get(path)
    assert not there.asked


def test_every_list_of_the_table_may_be_asked() -> None:
    for resource in RESOURCES:
        for version in resource.versions:
            assert is_allowed(resource.path(version))
            assert is_allowed(resource.path(version, "shop"))


def test_busy_is_waited_for_as_long_as_it_says(there: Cluster) -> None:
    there.busy["pods"] = ["7", "9999", "soon"]
    waited: list[float] = []
    opened = open_cluster(None, wait=waited.append)
    assert opened.get("/api/v1/pods")["items"] == []
    assert waited == [7.0, 30.0, 4.0]


def test_busy_for_ever_ends(there: Cluster) -> None:
    there.busy["pods"] = ["1"] * 100
    with pytest.raises(CallFailed) as caught:
        open_cluster(None, wait=lambda _: None, limits=_QUICK).get("/api/v1/pods")
    assert (caught.value.status, len(there.asked)) == (429, 3)


def test_a_server_that_fails_is_asked_again(there: Cluster) -> None:
    there.failing["pods"] = 2
    assert open_cluster(None, wait=lambda _: None).get("/api/v1/pods")["items"] == []


def test_refusals_are_not_tried_again(there: Cluster) -> None:
    there.refused["pods"] = 403
    with pytest.raises(CallFailed) as caught:
        open_cluster(None).get("/api/v1/pods")
    assert (caught.value.status, caught.value.reason, len(there.asked)) == (403, "Forbidden", 1)
    assert "cannot list it" in caught.value.words


def test_slow_is_a_timeout_after_some_tries(there: Cluster) -> None:
    there.slow["pods"] = 1.0
    with pytest.raises(CallFailed) as caught:
        open_cluster(None, wait=lambda _: None, limits=_QUICK).get("/api/v1/pods")
    assert (caught.value.status, caught.value.reason, len(there.asked)) == (0, "Timeout", 2)


def test_nobody_listening_is_no_connection(there: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, there.kubeconfig(of_cluster={"server": "https://127.0.0.1:1"}))
    with pytest.raises(CallFailed) as caught:
        open_cluster(None, wait=lambda _: None, limits=_QUICK).get("/version")
    assert caught.value.reason == "Connection"


def test_no_redirect_is_followed(there: Cluster) -> None:
    there.elsewhere["pods"] = f"{there.address}/api/v1/secrets"
    with pytest.raises(CallFailed) as caught:
        open_cluster(None).get("/api/v1/pods")
    assert caught.value.status == 302
    assert [one.path for one in there.asked] == ["/api/v1/pods"]


def test_what_is_no_json_object_is_no_answer(there: Cluster) -> None:
    for body in (b"<html>", b"[]", b"[" * 100_000, b"\xff"):
        there.told["pods"] = body
        with pytest.raises(CallFailed) as caught:
            open_cluster(None).get("/api/v1/pods")
        assert caught.value.reason == "NotJson"


def test_an_answer_is_not_read_beyond_a_bound(there: Cluster) -> None:
    there.told["pods"] = b" " * 300_000
    with pytest.raises(CallFailed) as caught:
        open_cluster(None, limits=Limits(largest=100_000)).get("/api/v1/pods")
    assert caught.value.reason == TOO_LARGE
    assert len(there.asked) == 1


def test_an_authority_may_stand_in_the_kubeconfig(there: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    text = base64.b64encode(there.root.read_bytes()).decode()
    _use(monkeypatch, there.kubeconfig(of_cluster={"certificate-authority-data": text}))
    opened = open_cluster(None)
    assert opened.get("/version")["gitVersion"] == "v1.36.1"
    assert opened.anonymous() == "refused"


@pytest.mark.parametrize(
    ("status", "word"), [(401, "refused"), (403, "known"), (500, "")], ids=["off", "on", "cannot be told"]
)
def test_how_a_request_without_credentials_is_taken(there: Cluster, status: int, word: str) -> None:
    there.anonymous = status
    assert open_cluster(None).anonymous() == word
    assert [(one.token, one.certificate) for one in there.asked] == [("", False)]


def test_the_question_without_credentials_shows_no_certificate(there: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, there.kubeconfig(user=there.certified()))
    assert open_cluster(None).anonymous() == "refused"
    assert not there.asked[0].certificate


def test_a_pod_asks_its_own_cluster(there: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kubernetes.config import incluster_config

    _use(monkeypatch, tmp_path / "none")
    account = tmp_path / "account"
    account.mkdir()
    (account / "token").write_text(TOKEN)
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(account / "token"))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(there.root))
    host, port = there.address.removeprefix("https://").split(":")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", port)
    opened = open_cluster(None)
    assert opened.name == "in-cluster"
    assert opened.get("/version")["gitVersion"] == "v1.36.1"


def test_half_a_surrogate_pair_is_no_text_that_could_break_a_file(there: Cluster) -> None:
    there.told["pods"] = b'{"items": [], "a": "x\\ud800y", "b": "\\ud83d\\ude00"}'
    answer = open_cluster(None).get("/api/v1/pods")
    assert (answer["a"], answer["b"]) == ("x?y", "\U0001f600")
