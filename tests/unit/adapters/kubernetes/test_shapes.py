"""What Kubernetes' kinds become, with its defaults; names find what they name."""

from pathlib import Path

import pytest

from watchword.adapters.kubernetes import kubernetes_shapes, read_kubernetes
from watchword.adapters.kubernetes.defaults import DEFAULTS
from watchword.inventory import KINDS, Inventory, Known, UnknownValueError, Value, assemble
from watchword.inventory.selectors import has_labels, selects


def _inventory(tmp_path: Path, *documents: str, **files: str) -> Inventory:
    (tmp_path / "a.yaml").write_text("---\n".join(documents))
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        (path.parent / f"{path.name}.yaml").write_text(text)
    reading = read_kubernetes(tmp_path)
    assert not reading.problems
    return assemble([reading], kubernetes_shapes())


def _pod(spec: str, metadata: str = "name: a") -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{{metadata}}}\nspec: {{{spec}}}\n"


def _container(tmp_path: Path, container: str, pod: str = "hostPID: false", metadata: str = "name: a") -> Value:
    inventory = _inventory(tmp_path, _pod(f"containers: [{{{container}}}], {pod}", metadata))
    return inventory.of("workload")[0]["containers"][0]


@pytest.mark.parametrize("native_type", sorted(kubernetes_shapes()))
def test_no_attribute_of_a_kind_is_left_unread(native_type: str) -> None:
    shape = kubernetes_shapes()[native_type]
    assert set(shape.attributes) == set(KINDS[shape.kind].attributes)


def test_the_fields_of_containers_are_those_of_the_kind(tmp_path: Path) -> None:
    container = _container(tmp_path, "name: c, image: x")
    assert set(container.names()) == set(KINDS["workload"].attributes["containers"].fields)  # type: ignore[attr-defined]


def test_every_default_says_since_when_and_who_says_so() -> None:
    for name, default in DEFAULTS.items():
        assert default.since.count(".") == 1, name
        assert default.source, name


@pytest.mark.parametrize(
    ("version", "kind", "before", "after"),
    [
        ("v1", "Pod", "", ""),
        ("apps/v1", "Deployment", "template: {spec: {", "}}"),
        ("apps/v1", "StatefulSet", "template: {spec: {", "}}"),
        ("apps/v1", "DaemonSet", "template: {spec: {", "}}"),
        ("apps/v1", "ReplicaSet", "template: {spec: {", "}}"),
        ("batch/v1", "Job", "template: {spec: {", "}}"),
        ("batch/v1beta1", "CronJob", "jobTemplate: {spec: {template: {spec: {", "}}}}"),
        ("extensions/v1beta1", "Deployment", "template: {spec: {", "}}"),
        ("serving.knative.dev/v1", "Service", "template: {spec: {", "}}"),
    ],
)
def test_pods_are_found_in_all_that_makes_them(
    tmp_path: Path, version: str, kind: str, before: str, after: str
) -> None:
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{{before}hostPID: true, "
    inventory = _inventory(tmp_path, f"{text}containers: [{{name: c, image: x}}]{after}}}\n")
    (workload,) = inventory.of("workload")
    assert workload["controller"] == kind
    assert workload["host_pid"].boolean()
    assert workload["containers"][0]["name"] == "c"


def test_a_containers_settings_hold_before_its_pods(tmp_path: Path) -> None:
    shared = "securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}"
    container = _container(
        tmp_path,
        "name: c, image: x, securityContext: {runAsUser: 0, privileged: true, "
        "capabilities: {add: [SYS_ADMIN], drop: [ALL]}}",
        shared,
    )
    assert container["run_as_non_root"].boolean()
    assert container["run_as_user"].number() == 0
    assert container["seccomp"] == "RuntimeDefault"
    assert container["privileged"].boolean()
    assert container["capabilities_added"].plain() == ["SYS_ADMIN"]
    assert container["capabilities_dropped"].plain() == ["ALL"]


def test_what_is_not_written_is_what_kubernetes_takes(tmp_path: Path) -> None:
    inventory = _inventory(tmp_path, _pod("containers: [{name: c, image: x}]"))
    (workload,) = inventory.of("workload")
    container = workload["containers"][0]
    assert container["allow_privilege_escalation"].boolean()
    assert not container["privileged"].boolean()
    assert not container["read_only_root"].boolean()
    assert not container["run_as_non_root"].boolean()
    assert container["run_as_user"].is_absent
    assert container["seccomp"].is_absent
    assert not workload["host_network"].boolean()
    assert workload["automount_token"].boolean()
    assert workload["service_account"] == "default"
    value = container["privileged"]
    assert isinstance(value, Known)
    assert value.is_default
    assert value.place.line > 0


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("nginx", ("docker.io", "nginx", "latest", None)),
        ("nginx:1.27", ("docker.io", "nginx", "1.27", None)),
        ("team/web", ("docker.io", "team/web", "latest", None)),
        ("ghcr.io/team/web:v1", ("ghcr.io", "team/web", "v1", None)),
        ("localhost/x", ("localhost", "x", "latest", None)),
        ("r.example.com:5000/a/b/c", ("r.example.com:5000", "a/b/c", "latest", None)),
        ("nginx@sha256:abc", ("docker.io", "nginx", None, "sha256:abc")),
        ("gcr.io/x/y:1@sha256:abc", ("gcr.io", "x/y", "1", "sha256:abc")),
    ],
)
def test_images_are_taken_apart(tmp_path: Path, image: str, parts: tuple[str | None, ...]) -> None:
    container = _container(tmp_path, f"name: c, image: '{image}'")
    found = [container[name] for name in ("registry", "repository", "tag", "digest")]
    assert tuple(None if value.is_absent else value.text() for value in found) == parts


@pytest.mark.parametrize(
    ("image", "policy"),
    [("x", "Always"), ("x:latest", "Always"), ("x:1", "IfNotPresent"), ("x@sha256:a", "IfNotPresent")],
)
def test_the_pull_policy_follows_the_tag(tmp_path: Path, image: str, policy: str) -> None:
    assert _container(tmp_path, f"name: c, image: '{image}'")["pull_policy"] == policy


@pytest.mark.parametrize("image", ["'{{ image }}'", "'x:{{ tag }}'", "'{{ r }}/x:1'"])
def test_what_a_template_fills_in_is_not_known(tmp_path: Path, image: str) -> None:
    container = _container(tmp_path, f"name: c, image: {image}")
    with pytest.raises(UnknownValueError):
        _ = [container[name] == "latest" for name in ("tag", "digest", "registry")]
    assert container["pull_policy"].is_unknown or image.endswith(":1'")


def test_options_are_read_from_command_and_arguments(tmp_path: Path) -> None:
    container = _container(
        tmp_path,
        "name: c, image: x, command: [kube-apiserver, --anonymous-auth=true, --v, '2'], "
        "args: ['--authorization-mode=Node,RBAC', --profiling, -x=a=b, --v=3]",
    )
    assert container["flags"].plain() == {
        "anonymous-auth": "true",
        "v": "3",
        "authorization-mode": "Node,RBAC",
        "profiling": True,
        "x": "a=b",
    }
    unknown = _container(tmp_path, "name: c, image: x, args: ['{{ x }}']")
    with pytest.raises(UnknownValueError):
        bool(unknown["flags"]["anonymous-auth"])


def test_what_containers_read_and_mount(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        _pod(
            "volumes: [{name: s, secret: {secretName: db}}, {name: h, hostPath: {path: /}}, {name: e}], "
            "imagePullSecrets: [{name: pull}], "
            "initContainers: [{name: i, image: x}], "
            "containers: [{name: c, image: x, env: [{name: A, value: b}, "
            "{name: S, valueFrom: {secretKeyRef: {name: db, key: k}}}], envFrom: [{secretRef: {name: db}}], "
            "ports: [{containerPort: 80, hostPort: 8080}], volumeMounts: [{name: h, mountPath: /host}], "
            "readinessProbe: {httpGet: {}}, resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 100m}}}]"
        ),
        "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {k: v}\ndata: {l: dg==}\n",
    )
    (workload,) = inventory.of("workload")
    (secret,) = inventory.of("cluster_secret")
    assert secret["data"].plain() == {"k": "v", "l": "dg=="}
    assert [volume["type"].text() for volume in workload["volumes"].each()] == ["secret", "hostPath", "emptyDir"]
    assert inventory.resolve(workload["volumes"][0]["source"]) == (secret,)
    assert workload["volumes"][1]["host_path"] == "/"
    assert workload["pull_secrets"].plain() == ["pull"]
    assert [container["role"].text() for container in workload["containers"].each()] == ["container", "init"]
    container = workload["containers"][0]
    assert container["env"][0].plain() == {"name": "A", "value": "b"}
    assert inventory.resolve(container["env"][1]["secret"]) == (secret,)
    assert inventory.resolve(container["env_secrets"][0]) == (secret,)
    assert container["ports"][0].plain() == {"port": 80, "host_port": 8080, "protocol": "TCP"}
    assert not container["mounts"][0]["read_only"].boolean()
    assert (container["readiness"].boolean(), container["liveness"].boolean()) == (True, False)
    assert [container[name].text() for name in ("cpu_request", "cpu_limit", "memory_request")] == ["100m", "1", "1Gi"]


def test_profiles_were_annotations_once(tmp_path: Path) -> None:
    metadata = (
        "name: a, annotations: {seccomp.security.alpha.kubernetes.io/pod: runtime/default, "
        "container.apparmor.security.beta.kubernetes.io/c: unconfined}"
    )
    container = _container(tmp_path, "name: c, image: x", metadata=metadata)
    assert container["seccomp"] == "RuntimeDefault"
    assert container["apparmor"] == "Unconfined"


# Identities

_ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\nautomountServiceAccountToken: false\n"


def test_the_token_is_mounted_by_what_pod_and_account_say(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        _pod("serviceAccountName: web"),
        _pod("serviceAccountName: web, automountServiceAccountToken: true", "name: b"),
        _pod("serviceAccount: web", "name: c"),
        _pod("serviceAccountName: web", "name: d, namespace: other"),
        _ACCOUNT,
    )
    mounted = {asset.name: asset["automount_token"].boolean() for asset in inventory.of("workload")}
    assert mounted == {"a": False, "b": True, "c": False, "d": True}
    (account,) = inventory.of("service_account")
    assert inventory.resolve(inventory.assets[".#Pod/default/a"]["service_account"]) == (account,)
    assert not inventory.resolve(inventory.assets[".#Pod/other/d"]["service_account"])
    assert {edge.source for edge in inventory.towards(account.uid, "runs_as")} == {
        ".#Pod/default/a",
        ".#Pod/default/b",
        ".#Pod/default/c",
    }


def test_names_find_what_is_near_and_nothing_where_several_could_be_meant(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        _pod("serviceAccountName: web"),
        x__pod=_pod("serviceAccountName: web", "name: near"),
        x__account=_ACCOUNT,
        y__account=_ACCOUNT,
    )
    near = inventory.assets["x#Pod/default/near"]
    assert [asset.uid for asset in inventory.resolve(near["service_account"])] == ["x#ServiceAccount/default/web"]
    far = inventory.assets[".#Pod/default/a"]
    assert not inventory.resolve(far["service_account"])
    with pytest.raises(UnknownValueError, match="several"):
        far["automount_token"].boolean()


def _rbac(kind: str, body: str) -> str:
    return f"apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: x}}\n{body}\n"


def test_roles_and_who_has_them(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        _rbac("ClusterRole", "rules: [{verbs: ['*'], apiGroups: [''], resources: [secrets]}, {nonResourceURLs: [/]}]"),
        _rbac("Role", "aggregationRule: {}"),
        _rbac(
            "ClusterRoleBinding",
            "roleRef: {kind: ClusterRole, name: x}\n"
            "subjects: [{kind: ServiceAccount, name: web, namespace: default}, {kind: Group, name: 'system:masters'}]",
        ),
        _rbac("RoleBinding", "roleRef: {kind: Role, name: x}\nsubjects: [{kind: ServiceAccount, name: web}]"),
        _ACCOUNT,
    )
    whole, own = inventory.of("rbac_role")
    assert (whole["cluster"].boolean(), own["cluster"].boolean()) == (True, False)
    assert whole["namespace"].is_absent
    assert own["namespace"] == "default"
    assert own["aggregated"].boolean()
    assert whole["rules"][0]["verbs"].plain() == ["*"]
    assert whole["rules"][1]["urls"].plain() == ["/"]
    for_all, for_one = inventory.of("rbac_binding")
    assert inventory.resolve(for_all["role"]) == (whole,)
    assert inventory.resolve(for_one["role"]) == (own,)
    (account,) = inventory.of("service_account")
    assert inventory.resolve(for_all["service_accounts"][0]) == (account,)
    assert inventory.resolve(for_one["service_accounts"][0]) == (account,)
    assert for_all["subjects"][1].plain() == {"kind": "Group", "name": "system:masters"}
    assert for_one["subjects"][0]["namespace"] == "default"


# Networks


def test_network_policies(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: n}\n"
        "spec: {podSelector: {}}\n",
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: some}\nspec:\n"
        "  podSelector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [a, b]}]}\n"
        "  ingress: [{}, {from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}, {namespaceSelector: {}}]}]\n"
        "  egress: [{to: [{podSelector: {matchLabels: {a: b}}}], ports: [{port: 1, endPort: 9}]}]\n",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: {pod-security.kubernetes.io/enforce: restricted}}\n",
    )
    deny, some = inventory.of("network_policy")
    assert deny["types"].plain() == ["Ingress"]
    assert deny["ingress"].is_absent
    assert not deny["pods"]["labels"]
    (namespace,) = inventory.of("namespace")
    assert inventory.resolve(deny["namespace"]) == (namespace,)
    assert namespace["pod_security"] == "restricted"
    assert some["types"].plain() == ["Ingress", "Egress"]
    assert some["ingress"][0]["peers"].is_absent
    peers = some["ingress"][1]["peers"]
    assert (peers[0]["cidr"].text(), peers[0]["exceptions"].plain()) == ("0.0.0.0/0", ["10.0.0.0/8"])
    assert peers[0]["pods"].is_absent
    assert not peers[1]["namespaces"]["labels"]
    assert some["egress"][0]["ports"][0].plain() == {"port": 1, "end_port": 9, "protocol": "TCP"}


def test_selectors_select(tmp_path: Path) -> None:
    selector = "{matchLabels: {app: web}, matchExpressions: [%s]}"

    def selected(expressions: str, labels: str) -> bool:
        inventory = _inventory(
            tmp_path,
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: p}\n"
            f"spec: {{minAvailable: 1, selector: {selector % expressions}}}\n",
            _pod("containers: []", f"name: a, labels: {{{labels}}}"),
        )
        (budget,), (workload,) = inventory.of("disruption_budget"), inventory.of("workload")
        return selects(budget["pods"], workload["labels"])

    assert selected("", "app: web, x: y")
    assert not selected("", "app: other")
    assert not selected("", "x: y")
    assert selected("{key: t, operator: In, values: [a]}", "app: web, t: a")
    assert not selected("{key: t, operator: In, values: [a]}", "app: web")
    assert selected("{key: t, operator: NotIn, values: [a]}", "app: web")
    assert not selected("{key: t, operator: NotIn, values: [a]}", "app: web, t: a")
    assert selected("{key: t, operator: Exists}", "app: web, t: a")
    assert selected("{key: t, operator: DoesNotExist}", "app: web")
    assert not selected("{key: t, operator: DoesNotExist}", "app: web, t: a")
    with pytest.raises(UnknownValueError):
        selected("{key: t, operator: Unheard}", "app: web")
    with pytest.raises(UnknownValueError):
        selected("", "app: '{{ x }}'")
    assert not selected("", "app: 'x{{ x }}'")


def test_services_and_ingresses(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
        "spec: {type: LoadBalancer, selector: {app: web}, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]}\n",
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: {kubernetes.io/ingress.class: x}}\n"
        "spec:\n  tls: [{hosts: [a.example.com], secretName: cert}]\n  rules:\n  - host: a.example.com\n"
        "    http: {paths: [{backend: {service: {name: web}}}]}\n  - {host: b.example.com}\n",
        "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: old}\nspec: {backend: {serviceName: web}}\n",
        _pod("containers: []", "name: a, labels: {app: web}"),
    )
    (service,), (ingress, old) = inventory.of("service"), inventory.of("ingress")
    assert service["type"] == "LoadBalancer"
    assert service["source_ranges"].plain() == ["10.0.0.0/8"]
    assert service["ports"][0]["target"].number() == 80
    assert has_labels(inventory.of("workload")[0]["labels"], service["selector"])
    assert ingress["controller_class"] == "x"
    assert ingress["hosts"].plain() == ["a.example.com", "b.example.com"]
    assert ingress["tls"][0]["hosts"].plain() == ["a.example.com"]
    assert inventory.resolve(ingress["services"][0]) == (service,)
    assert inventory.resolve(old["services"][0]) == (service,)
    assert old["tls"].is_absent


def test_meshes_webhooks_and_kubelets(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: p}\nspec: {mtls: {mode: PERMISSIVE}}\n",
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: z}\nspec:\n"
        "  rules: [{from: [{source: {principals: ['*']}}], to: [{operation: {methods: [GET]}}]}, {}]\n",
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: v}\n"
        "webhooks: [{name: w, failurePolicy: Ignore, rules: [{operations: [CREATE], resources: [pods]}], "
        "clientConfig: {url: 'https://x'}}, {name: x}]\n",
        "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication: {anonymous: {enabled: true}}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n",
    )
    assert inventory.of("mesh_authentication")[0]["mode"] == "PERMISSIVE"
    (policy,) = inventory.of("mesh_authorization")
    assert policy["action"] == "ALLOW"
    assert policy["rules"][0]["principals"].plain() == ["*"]
    assert policy["rules"][0]["methods"].plain() == ["GET"]
    assert policy["rules"][1]["principals"].plain() == []
    (webhook,) = inventory.of("admission_webhook")
    assert webhook["validating"].boolean()
    assert [row["failure_policy"].text() for row in webhook["webhooks"].each()] == ["Ignore", "Fail"]
    assert webhook["webhooks"][0]["resources"].plain() == ["pods"]
    (kubelet,) = inventory.of("kubelet_settings")
    assert kubelet["anonymous"].boolean()
    assert kubelet["read_only_port"].number() == 0
    assert inventory.of("config_map")[0]["data"].plain() == {"a": "b"}


def test_kinds_of_somebody_elses_are_counted(tmp_path: Path) -> None:
    inventory = _inventory(tmp_path, "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {a: 1}\n")
    (asset,) = inventory.of("other")
    assert asset.native_type == "Thing.example.com"
    assert asset.native.get("spec", "a").number() == 1
