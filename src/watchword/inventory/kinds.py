"""The words in which checks are written: kinds of assets, and for each its canonical attributes.

A check names kinds and reads attributes of this page; it never asks which front-end an asset came from. A front-end's
shapes say how its own words become these (see `shapes`). An attribute that a shape does not fill is `Unknown`
("unmapped"), never absent: what we do not read cannot pass a check.

    KINDS["object_store"].attributes["versioning"]  ->  Attribute(Form.BOOLEAN, "old versions are kept")

To add a kind or an attribute: one line here, then the shapes that fill it. Every kind has `name` and `tags`.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


class Form(enum.StrEnum):
    """What a canonical attribute holds. Each is three-valued; each may be absent."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TEXTS = "texts"  # `Elements` of texts, also where one stood alone
    DOCUMENT = "document"  # a tree read from JSON text: a policy
    DOCUMENTS = "documents"  # `Elements` of those
    BLOCK = "block"  # a `Block` with the attribute's `fields`
    BLOCKS = "blocks"  # `Elements` of those
    TAGS = "tags"  # a `Block` of texts
    ASSET = "asset"  # a text that names another asset (its id, name or ARN): ask `Inventory.resolve`
    ASSETS = "assets"  # `Elements` of those


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    form: Form
    meaning: str
    fields: Mapping[str, "Attribute"] = field(default_factory=lambda: MappingProxyType({}))
    relation: str = ""  # of the edge that an asset named here makes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    name: str
    meaning: str
    attributes: Mapping[str, Attribute]


def _text(meaning: str) -> Attribute:
    return Attribute(form=Form.TEXT, meaning=meaning)


def _number(meaning: str) -> Attribute:
    return Attribute(form=Form.NUMBER, meaning=meaning)


def _boolean(meaning: str) -> Attribute:
    return Attribute(form=Form.BOOLEAN, meaning=meaning)


def _texts(meaning: str) -> Attribute:
    return Attribute(form=Form.TEXTS, meaning=meaning)


def _document(meaning: str) -> Attribute:
    return Attribute(form=Form.DOCUMENT, meaning=meaning)


def _documents(meaning: str) -> Attribute:
    return Attribute(form=Form.DOCUMENTS, meaning=meaning)


def _asset(meaning: str, relation: str = "refers_to") -> Attribute:
    return Attribute(form=Form.ASSET, meaning=meaning, relation=relation)


def _assets(meaning: str, relation: str = "refers_to") -> Attribute:
    return Attribute(form=Form.ASSETS, meaning=meaning, relation=relation)


def _block(meaning: str, **fields: Attribute) -> Attribute:
    return Attribute(form=Form.BLOCK, meaning=meaning, fields=MappingProxyType(fields))


def _blocks(meaning: str, **fields: Attribute) -> Attribute:
    return Attribute(form=Form.BLOCKS, meaning=meaning, fields=MappingProxyType(fields))


def _tags(meaning: str) -> Attribute:
    return Attribute(form=Form.TAGS, meaning=meaning)


def _permissions(meaning: str) -> Attribute:
    return _block(meaning, everything=_text("read-all, write-all"), scopes=_tags("contents: read, …"))


def _selector(meaning: str) -> Attribute:
    """Which pods or namespaces, by their labels: see `selectors`."""
    expressions = _blocks(
        "further conditions",
        key=_text("of a label"),
        operator=_text("In, NotIn, Exists, DoesNotExist"),
        values=_texts("of it"),
    )
    return _block(meaning, labels=_tags("labels they have"), expressions=expressions)


def _peers(meaning: str) -> Attribute:
    return _blocks(
        meaning,
        cidr=_text("addresses"),
        exceptions=_texts("but not these of them"),
        namespaces=_selector("pods in these namespaces; absent: in its own"),
        pods=_selector("these pods; absent: all"),
    )


def _ports() -> Attribute:
    return _blocks(
        "through which ports; of nothing: all",
        port=_text("a number or a name"),
        end_port=_number("the last of a range"),
        protocol=_text("TCP, UDP, SCTP"),
    )


def _kind(name: str, meaning: str, **attributes: Attribute) -> Kind:
    every = {"name": _text("what it is called"), "tags": Attribute(form=Form.TAGS, meaning="its tags or labels")}
    return Kind(name=name, meaning=meaning, attributes=MappingProxyType(every | attributes))


OTHER: Final = "other"
_POLICY: Final = "the policy attached to it"

_ALL: Final = (
    _kind(OTHER, "something for which no shape is known; ask `native`"),
    # Data stores
    _kind(
        "object_store",
        "a bucket",
        acl=_text("a canned access control list: private, public-read, …"),
        policy=_document(_POLICY),
        block_public_acls=_boolean("new public access control lists are refused"),
        block_public_policy=_boolean("public policies are refused"),
        ignore_public_acls=_boolean("public access control lists have no effect"),
        restrict_public_buckets=_boolean("a public policy lets only its own account in"),
        encryption_algorithm=_text("AES256, aws:kms, aws:kms:dsse"),
        key=_asset("the key it is encrypted with, where it is a customer's", "encrypted_by"),
        bucket_key=_boolean("a bucket key reduces calls of KMS"),
        versioning=_boolean("old versions are kept"),
        mfa_delete=_boolean("deleting a version takes a second factor"),
        object_lock=_boolean("objects can be locked against deletion"),
        logging_target=_asset("the bucket that access is logged to", "logs_to"),
        object_ownership=_text("BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter"),
        website=_boolean("it is served as a web site"),
        lifecycle=_boolean("objects expire or move by rule"),
        replication=_boolean("objects are copied to another bucket"),
    ),
    _kind(
        "database",
        "a relational or document database: an instance or a cluster",
        engine=_text("postgres, mysql, aurora-mysql, docdb, …"),
        engine_version=_text("its version"),
        public=_boolean("it has an address on the internet"),
        encrypted=_boolean("it is encrypted at rest"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
        iam_authentication=_boolean("IAM identities may sign in"),
        multi_zone=_boolean("it runs in more than one zone"),
        backup_days=_number("for how many days backups are kept"),
        deletion_protection=_boolean("it cannot be deleted by mistake"),
        minor_upgrades=_boolean("minor versions are installed by themselves"),
        log_exports=_texts("the logs that are sent out"),
        performance_insights=_boolean("performance insights are on"),
        security_groups=_assets("what guards its network", "guarded_by"),
        master_password=_text("a password in the declaration"),
        managed_password=_boolean("the provider keeps and rotates the password"),
        parameter_group=_asset("its parameters"),
        copied_from=_text("the database or snapshot that it is made of"),
        serverless=_boolean("it has no machines of its own, and is always encrypted"),
    ),
    _kind(
        "table",
        "a key-value table",
        encrypted_with_customer_key=_boolean("a key of KMS, not the provider's own"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
        point_in_time_recovery=_boolean("it can be restored to any moment"),
        deletion_protection=_boolean("it cannot be deleted by mistake"),
    ),
    _kind(
        "volume",
        "a block volume",
        encrypted=_boolean("it is encrypted at rest"),
        snapshot=_text("the snapshot that it is made of"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
    ),
    _kind(
        "secret",
        "a kept secret",
        key=_asset("the key it is encrypted with", "encrypted_by"),
        policy=_document(_POLICY),
        rotation=_boolean("it is rotated by itself"),
        rotation_days=_number("after how many days it is rotated"),
        recovery_days=_number("for how many days a deleted one can be restored"),
    ),
    _kind(
        "queue",
        "a message queue",
        policy=_document(_POLICY),
        key=_asset("the key of KMS it is encrypted with", "encrypted_by"),
        managed_encryption=_boolean("it is encrypted with the service's own key"),
    ),
    _kind(
        "topic",
        "a publish-subscribe topic",
        policy=_document(_POLICY),
        key=_asset("the key it is encrypted with", "encrypted_by"),
    ),
    _kind(
        "registry",
        "a container image registry",
        policy=_document(_POLICY),
        immutable=_boolean("a tag cannot be moved"),
        scan_on_push=_boolean("images are scanned when they arrive"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
        kms_encrypted=_boolean("it is encrypted with a key of KMS, the account's or one of its own"),
    ),
    _kind(
        "key",
        "an encryption key",
        policy=_document(_POLICY),
        rotation=_boolean("it is rotated every year, or by its period"),
        enabled=_boolean("it can be used"),
        usage=_text("ENCRYPT_DECRYPT, SIGN_VERIFY, …"),
        spec=_text("SYMMETRIC_DEFAULT, RSA_2048, …"),
        deletion_days=_number("how long a deletion waits"),
        multi_region=_boolean("it has replicas elsewhere"),
    ),
    _kind("volume_defaults", "an account's settings for volumes", encrypted=_boolean("new volumes are encrypted")),
    _kind(
        "account_public_access",
        "an account's block of public buckets",
        block_public_acls=_boolean("new public access control lists are refused"),
        block_public_policy=_boolean("public policies are refused"),
        ignore_public_acls=_boolean("public access control lists have no effect"),
        restrict_public_buckets=_boolean("a public policy lets only its own account in"),
    ),
    _kind(
        "backup_vault",
        "where backups lie",
        key=_asset("the key they are encrypted with", "encrypted_by"),
        policy=_document(_POLICY),
    ),
    _kind(
        "broker",
        "message brokers: ActiveMQ, RabbitMQ, Kafka",
        engine=_text("activemq, rabbitmq, kafka"),
        public=_boolean("it has an address on the internet"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
        client_encryption=_text("between clients and brokers: TLS, TLS_PLAINTEXT, PLAINTEXT"),
        logs=_boolean("what it does is logged"),
    ),
    _kind(
        "cache",
        "a cache in memory",
        engine=_text("redis, valkey, memcached"),
        encrypted=_boolean("it is encrypted at rest"),
        transit_encrypted=_boolean("its connections are encrypted"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
        backup_days=_number("for how many days backups are kept"),
        auth_token=_text("a password in the declaration"),
        security_groups=_assets("what guards its network", "guarded_by"),
    ),
    _kind(
        "file_system",
        "a shared file system",
        encrypted=_boolean("it is encrypted at rest"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
        policy=_document(_POLICY),
    ),
    _kind(
        "parameter",
        "a configuration parameter that is kept",
        type=_text("String, StringList, SecureString"),
        value=_text("what it holds"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
    ),
    _kind(
        "parameter_group",
        "settings of databases",
        family=_text("postgres16, aurora-mysql8.0, redshift-1.0, …"),
        parameters=_blocks("the settings", name=_text("its name"), value=_text("its value")),
    ),
    _kind(
        "certificate",
        "a certificate of a service's TLS",
        expires=_text("when: ISO 8601"),
        issued=_boolean("it is good for use"),
        imported=_boolean("it came from elsewhere, and is not renewed by itself"),
        used=_boolean("something uses it"),
        renewed=_boolean("it is renewed by itself before it ends"),
    ),
    _kind(
        "search_domain",
        "a search cluster",
        policy=_document(_POLICY),
        encrypted=_boolean("it is encrypted at rest"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
        node_to_node=_boolean("traffic between its nodes is encrypted"),
        https_required=_boolean("it answers over TLS alone"),
        tls_policy=_text("the name of the policy that picks versions and ciphers"),
        subnets=_assets("where it stands, if in a network", "stands_in"),
        log_types=_texts("the logs that are sent out: AUDIT_LOGS, INDEX_SLOW_LOGS, …"),
    ),
    _kind(
        "share",
        "who an image or a snapshot is shared with, beyond its account",
        accounts=_texts("accounts; `all` is everybody"),
        of=_asset("the image or snapshot", "applies_to"),
    ),
    _kind(
        "stream",
        "a stream of records",
        encrypted=_boolean("it is encrypted at rest"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
    ),
    _kind(
        "warehouse",
        "a data warehouse",
        public=_boolean("it has an address on the internet"),
        encrypted=_boolean("it is encrypted at rest"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
        logging=_boolean("connections and queries are logged"),
        parameter_group=_asset("its parameters"),
        backup_days=_number("for how many days snapshots are kept"),
        enhanced_routing=_boolean("copies go through the network's own routes"),
        master_password=_text("a password in the declaration"),
    ),
    _kind("snapshot_defaults", "a region's settings for snapshots of volumes", sharing=_text("block-all-sharing, …")),
    _kind("archive", "where what is kept for long lies", policy=_document(_POLICY)),
    _kind(
        "backup_plan",
        "which things are backed up",
        resources=_assets("what is chosen, by name or pattern", "backs_up"),
        excluded=_assets("what is not, though it is chosen"),
        chosen_tags=_blocks("what is chosen by its tags", key=_text("of a tag"), value=_text("of it")),
        conditions=_boolean("further conditions narrow what is chosen"),
    ),
    _kind(
        "query_results",
        "where the answers of queries are written",
        encrypted=_boolean("they are encrypted at rest"),
        enforced=_boolean("who asks cannot have it otherwise"),
    ),
    # Identities and what they may
    _kind(
        "iam_role",
        "a role",
        trust=_document("who may assume it"),
        policies=_documents("policies written into it or attached by documents of this inventory"),
        attached=_texts("ARNs of policies attached to it"),
        boundary=_asset("its permissions boundary", "bounded_by"),
        session_seconds=_number("how long a session may last"),
        path=_text("its path"),
    ),
    _kind(
        "iam_user",
        "a user with long-lived credentials",
        policies=_documents("policies written into it"),
        attached=_texts("ARNs of policies attached to it"),
        boundary=_asset("its permissions boundary", "bounded_by"),
        console=_boolean("it has a password for the console"),
        access_key=_boolean("it has an access key declared"),
        path=_text("its path"),
    ),
    _kind(
        "iam_group",
        "a group of users",
        policies=_documents("policies written into it"),
        attached=_texts("ARNs of policies attached to it"),
    ),
    _kind("iam_policy", "a managed policy, or one written into an identity", document=_document("what it says")),
    _kind(
        "iam_attachment",
        "a managed policy put on an identity",
        policy=_asset("the policy: its ARN", "attaches"),
        role=_asset("the role", "attached_to"),
        user=_asset("the user", "attached_to"),
        group=_asset("the group", "attached_to"),
    ),
    _kind(
        "policy_document",
        "a policy that is written where nothing shows yet what it is for",
        document=_document("what it says"),
    ),
    _kind("metadata_defaults", "an account's settings for machines' metadata", tokens=_text("required, optional")),
    _kind("instance_profile", "an identity for machines", role=_asset("the role", "runs_as")),
    _kind(
        "resource_policy",
        "a policy put on a resource, declared apart from it",
        document=_document("what it says"),
        resource=_asset("the resource", "applies_to"),
    ),
    _kind(
        "password_policy",
        "an account's rules for passwords",
        length=_number("least length"),
        reuse=_number("how many earlier ones are refused"),
        age_days=_number("for how long one is good"),
    ),
    _kind(
        "cloud_grant",
        "a role of Azure or Google Cloud given to somebody, somewhere",
        role=_text("roles/owner, Contributor, …"),
        members=_texts("user:…, serviceAccount:…, allUsers; of Azure the principal's id"),
        level=_text("organization, folder, project, resource"),
        resource=_asset("what it is given on, below a project", "applies_to"),
        condition=_boolean("it holds under a condition alone"),
    ),
    _kind(
        "cloud_role",
        "a role of Azure or Google Cloud that was made here",
        actions=_texts("what it allows: *, Microsoft.Storage/*/read, storage.objects.get"),
        scopes=_texts("where it can be given"),
    ),
    _kind(
        "federation_provider",
        "whose tokens a cloud takes instead of a key",
        issuer=_text("who signs them: https://token.actions.githubusercontent.com"),
        condition=_text("what a token must say, as it is written"),
        accounts=_texts("accounts of AWS that may come; none: it is not about AWS"),
    ),
    _kind(
        "vault",
        "a store of keys, secrets and certificates",
        purge_protection=_boolean("what was deleted stays for its days, whoever asks"),
        recovery_days=_number("for how many days a deleted one can be restored"),
        public=_boolean("it answers on the internet"),
        default_action=_text("what its firewall does with others: Allow, Deny; absent: there is none"),
    ),
    _kind(
        "web_app",
        "a web application or function on a managed platform",
        https_only=_boolean("requests in clear are redirected"),
        minimum_tls=_text("1.0, 1.1, 1.2, 1.3"),
        authentication=_boolean("the platform asks who comes before the code runs"),
        public=_boolean("it answers on the internet"),
        remote_debugging=_boolean("a debugger can be attached"),
    ),
    # An account as it is: read live alone
    _kind(
        "account",
        "an account of a cloud",
        collected_at=_text("when it was read: ISO 8601; what is old or near is so as of then"),
        root_keys=_boolean("its root user has an access key"),
        root_factor=_boolean("its root user signs in with a second factor"),
        root_virtual_factor=_boolean("that factor is a program, no device"),
        organization=_text("the organisation it belongs to; absent: to none"),
        management_account=_text("the account that manages the organisation"),
    ),
    _kind(
        "cloud_region",
        "a region of an account, and what watches in it",
        recorder=_boolean("how resources are configured is recorded"),
        threat_detector=_boolean("attacks are looked for"),
        findings_hub=_boolean("findings are brought together"),
        data_discovery=_boolean("sensitive data is looked for"),
        access_analyzer=_boolean("access from outside is looked for"),
    ),
    _kind(
        "user_credentials",
        "what a user signs in with",
        user=_asset("whose they are", "applies_to"),
        groups=_texts("the groups that the user is in"),
        console=_boolean("there is a password for the console"),
        password_last_used=_text("when: ISO 8601; absent: never, or before records began"),
        password_changed=_text("when: ISO 8601"),
        second_factor=_boolean("a second factor is asked for at the console"),
        devices=_texts("the second factors: an ARN of a virtual or FIDO device, or the number of a token"),
        keys=_blocks(
            "access keys",
            number=_text("which of the two"),
            active=_boolean("it can be used"),
            created=_text("when: ISO 8601"),
            last_used=_text("when: ISO 8601; absent: never"),
        ),
    ),
    _kind(
        "access_analyzer",
        "a service that looks for access from outside",
        active=_boolean("it looks"),
        region=_text("where"),
        findings=_blocks(
            "access from outside that nobody has answered for", resource=_text("to what"), public=_boolean("by anybody")
        ),
    ),
    _kind(
        "guard_rail",
        "an organisation's limit on what its accounts may",
        document=_document("what it says"),
        targets=_texts("the accounts, units and roots that it is put on"),
        attached=_boolean("it is put on something"),
    ),
    _kind("organization", "accounts under one roof"),
    _kind(
        "organization_policy",
        "what an organisation permits its accounts at most",
        type=_text("SERVICE_CONTROL_POLICY, RESOURCE_CONTROL_POLICY, TAG_POLICY, …"),
        document=_document("what it says"),
        targets=_texts("the root, units and accounts that it is put on"),
    ),
    # Networks
    _kind("network", "a virtual network", cidr=_text("its addresses"), default=_boolean("the provider's default one")),
    _kind(
        "subnet",
        "a part of a network",
        network=_asset("its network", "part_of"),
        cidr=_text("its addresses"),
        public_addresses=_boolean("what starts in it gets a public address"),
    ),
    _kind(
        "flow_log",
        "a record of a network's flows",
        of=_asset("the network, subnet or interface", "records"),
        traffic=_text("ACCEPT, REJECT, ALL"),
        destination=_asset("where it is written", "logs_to"),
    ),
    _kind(
        "security_group",
        "a stateful filter at an interface",
        description=_text("what it is for"),
        network=_asset("its network", "part_of"),
        default=_boolean("the default group of a network"),
    ),
    _kind(
        "security_group_rule",
        "one rule of it; one asset a rule, with port ranges",
        group=_asset("the group it belongs to", "part_of"),
        direction=_text("ingress, egress"),
        protocol=_text("tcp, udp, icmp, -1 for all; or a number"),
        from_port=_number("first port; for icmp the type"),
        to_port=_number("last port; for icmp the code"),
        port_ranges=_texts("instead of the two, where a rule may have several: 22, 80-90, *"),
        cidrs=_texts("addresses it allows, IPv4 and IPv6; none, for a rule that denies"),
        groups=_assets("other groups it allows", "allows"),
        prefix_lists=_texts("prefix lists it allows"),
        self=_boolean("it allows its own group"),
        description=_text("what it is for"),
    ),
    _kind(
        "load_balancer",
        "a load balancer",
        type=_text("application, network, gateway, classic"),
        internal=_boolean("it has no public address"),
        security_groups=_assets("what guards it", "guarded_by"),
        access_logs=_boolean("requests are logged"),
        drop_invalid_headers=_boolean("malformed headers are dropped"),
        deletion_protection=_boolean("it cannot be deleted by mistake"),
        firewall=_asset("its web application firewall"),
    ),
    _kind(
        "load_balancer_listener",
        "a port of a load balancer",
        balancer=_asset("its load balancer", "part_of"),
        protocol=_text("HTTP, HTTPS, TCP, TLS, …"),
        port=_number("the port"),
        tls_policy=_text("the name of the policy that picks versions and ciphers"),
        certificate=_asset("its certificate"),
        actions=_blocks(
            "what it does",
            type=_text("forward, redirect, fixed-response, authenticate-oidc, …"),
            redirect_protocol=_text("where a redirect leads: HTTP, HTTPS, #{protocol}"),
            redirect_status=_text("HTTP_301, HTTP_302"),
        ),
    ),
    _kind(
        "network_acl_rule",
        "one rule of a stateless filter of subnets",
        direction=_text("ingress, egress"),
        action=_text("allow, deny"),
        number=_number("rules are tried from the lowest number on"),
        protocol=_text("tcp, udp, icmp, -1 for all; or a number"),
        from_port=_number("first port"),
        to_port=_number("last port"),
        cidrs=_texts("addresses it is about"),
    ),
    _kind(
        "network_endpoint",
        "a private way from a network to a service",
        network=_asset("its network", "part_of"),
        service=_text("the service: com.amazonaws.eu-west-1.s3"),
        type=_text("Gateway, Interface, …"),
        policy=_document(_POLICY),
    ),
    _kind(
        "route",
        "one way out of a network",
        cidrs=_texts("addresses it is about"),
        peering=_asset("the peering that it leads through"),
        transit=_asset("the transit gateway that it leads through"),
    ),
    _kind(
        "dns_zone",
        "a zone of names",
        private=_boolean("only networks can ask it"),
        query_logs=_boolean("what is asked is logged"),
    ),
    _kind(
        "content_network",
        "a content delivery network's distribution",
        viewer_protocols=_texts("allow-all, https-only, redirect-to-https; one a behaviour"),
        minimum_tls=_text("TLSv1.2_2021, …"),
        default_certificate=_boolean("it has the provider's certificate, for the provider's names"),
        origins=_blocks(
            "where it fetches",
            protocol=_text("http-only, https-only, match-viewer; absent for buckets"),
            tls_versions=_texts("TLSv1.2, TLSv1, …"),
            domain=_text("its name"),
        ),
        access_logs=_boolean("requests are logged"),
        firewall=_asset("its web application firewall"),
    ),
    _kind(
        "api_stage",
        "a published stage of an API",
        access_logs=_boolean("requests are logged"),
        tracing=_boolean("requests are traced"),
        firewall=_asset("its web application firewall"),
        client_certificate=_text("the certificate by which it proves itself to what it leads to"),
    ),
    _kind(
        "api_domain",
        "an API's own domain name",
        minimum_tls=_text("TLS_1_2, TLS_1_0"),
        client_authorities=_text("who signs clients' certificates, where they are asked for"),
    ),
    _kind(
        "api_method",
        "one operation of an API",
        method=_text("GET, OPTIONS, ANY, …"),
        authorization=_text("NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS, JWT"),
        api_key=_boolean("a key must be sent"),
    ),
    _kind(
        "api",
        "an API as a whole",
        type=_text("REST, HTTP, WEBSOCKET"),
        policy=_document(_POLICY),
        private=_boolean("only networks can reach it"),
    ),
    _kind(
        "graphql_api",
        "an API that is asked in GraphQL",
        authentication=_text("API_KEY, AWS_IAM, AMAZON_COGNITO_USER_POOLS, OPENID_CONNECT, AWS_LAMBDA"),
        private=_boolean("only networks can reach it"),
        firewall=_asset("its web application firewall"),
        logs=_boolean("requests are logged"),
    ),
    _kind(
        "cross_origin_rule",
        "pages of which other origins may use it from a browser",
        origins=_texts("https://www.example.com, or *"),
        methods=_texts("GET, PUT, …, or *"),
        credentials=_boolean("with the cookies of who looks at the page"),
    ),
    _kind(
        "network_firewall",
        "a firewall that a network's traffic passes",
        policy=_asset("what it lets through"),
        logs=_boolean("what it sees is logged"),
        deletion_protection=_boolean("it cannot be deleted by mistake"),
    ),
    _kind(
        "network_firewall_policy",
        "what firewalls of networks let through",
        stateless_defaults=_texts("what happens to a packet that no stateless rule takes: aws:drop, aws:pass, …"),
        stateful_defaults=_texts("what happens to a flow that no stateful rule takes: aws:drop_established, …"),
        strict=_boolean("stateful rules are tried in their order, and a default may be said"),
    ),
    _kind(
        "web_firewall",
        "a firewall that reads requests",
        logs=_boolean("what it sees is logged"),
    ),
    # Compute
    _kind(
        "instance",
        "a virtual machine, or the template of some",
        image=_text("its image"),
        public_address=_boolean("it gets a public address"),
        metadata_tokens=_text("required, optional"),
        metadata_endpoint=_text("enabled, disabled"),
        metadata_hops=_number("how far metadata responses travel"),
        user_data=_text("the script it starts with"),
        profile=_asset("the identity it runs as", "runs_as"),
        security_groups=_assets("what guards it", "guarded_by"),
        subnet=_asset("where it stands", "stands_in"),
        template=_asset("the template that says what it does not say itself"),
        monitoring=_boolean("detailed monitoring"),
        ebs_optimized=_boolean("volumes have their own bandwidth"),
        root_encrypted=_boolean("its root volume is encrypted"),
        volumes=_blocks(
            "its other volumes",
            encrypted=_boolean("encrypted at rest"),
            key=_asset("the key", "encrypted_by"),
            device=_text("its name"),
        ),
    ),
    _kind(
        "managed_machine",
        "a machine that a service of the provider's manages",
        machine=_asset("the machine", "applies_to"),
        online=_boolean("its agent answers"),
        last_seen=_text("when: ISO 8601"),
        patched_at=_text("when patches were last looked for; absent: never"),
        patches_missing=_number("patches that its baseline asks for and that are not there"),
        patches_failed=_number("patches that could not be installed"),
        patches_waiting=_number("patches that wait for the machine to start anew"),
    ),
    _kind(
        "function",
        "a function without a server",
        role=_asset("the identity it runs as", "runs_as"),
        runtime=_text("its runtime"),
        environment=Attribute(form=Form.TAGS, meaning="its environment variables"),
        key=_asset("the key that encrypts its environment", "encrypted_by"),
        subnets=_assets("where it stands, if in a network", "stands_in"),
        security_groups=_assets("what guards it", "guarded_by"),
        tracing=_text("Active, PassThrough"),
        dead_letter=_asset("where failed events go"),
        concurrency=_number("how many may run at once, reserved"),
        code_signing=_asset("who must have signed its code"),
    ),
    _kind(
        "function_permission",
        "who may call a function",
        function=_asset("the function", "applies_to"),
        principal=_text("an account, a service, or *"),
        source=_asset("the ARN that a call comes from"),
        account=_text("the account that a call comes from"),
        action=_text("lambda:InvokeFunction, …"),
        url_authentication=_text("of a function's URL: AWS_IAM, NONE"),
    ),
    _kind(
        "kubernetes_cluster",
        "a Kubernetes control plane: a managed one, or one that was read live",
        version=_text("its version"),
        anonymous=_text("how it takes requests without credentials: refused, known (with a name), answered"),
        collected_at=_text("when it was read, if it was read live: ISO 8601"),
        public_endpoint=_boolean("its API is on the internet"),
        private_endpoint=_boolean("its API is in the network"),
        public_cidrs=_texts("from where its public API may be reached"),
        secrets_key=_asset("the key that encrypts its secrets", "encrypted_by"),
        log_types=_texts("control-plane logs that are kept: api, audit, authenticator, …"),
        role=_asset("the identity it runs as", "runs_as"),
        security_groups=_assets("what guards it", "guarded_by"),
    ),
    _kind(
        "function_url",
        "a function's own address on the internet",
        function=_asset("the function", "applies_to"),
        authentication=_text("AWS_IAM, NONE"),
        origins=_texts("origins whose pages may call it"),
    ),
    _kind(
        "container_task",
        "containers that run together",
        role=_asset("the identity they run as", "runs_as"),
        network_mode=_text("awsvpc, bridge, host, none"),
        pid_mode=_text("host, task"),
        ipc_mode=_text("host, task, none"),
        containers=_blocks(
            "its containers",
            name=_text("its name"),
            image=_text("as it is written"),
            privileged=_boolean("it may do what the machine may"),
            read_only_root=_boolean("its own file system cannot be written"),
            user=_text("a name or a number, a group behind a colon"),
            env=_blocks("its environment variables", name=_text("its name"), value=_text("as it is written")),
        ),
        volumes=_blocks(
            "shared file systems they mount",
            file_system=_asset("the file system"),
            transit_encryption=_text("ENABLED, DISABLED"),
        ),
    ),
    _kind(
        "container_service",
        "containers that are kept running",
        task=_asset("what runs"),
        public_address=_boolean("each gets a public address"),
        security_groups=_assets("what guards it", "guarded_by"),
    ),
    _kind(
        "notebook",
        "a managed notebook machine",
        subnet=_asset("where it stands", "stands_in"),
        direct_internet=_boolean("it reaches the internet around the network"),
        root_access=_boolean("its users are root"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
    ),
    _kind(
        "replication_instance",
        "a machine that copies databases",
        public=_boolean("it has an address on the internet"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
        minor_upgrades=_boolean("minor versions are installed by themselves"),
    ),
    _kind(
        "cluster_addon",
        "a part of a managed cluster that the provider installs",
        cluster=_asset("the cluster", "part_of"),
        addon=_text("vpc-cni, coredns, …"),
        configuration=_document("how it is set up"),
    ),
    _kind(
        "build_project",
        "what builds software for the account",
        role=_asset("the identity it runs as", "runs_as"),
        privileged=_boolean("it may do what the machine may"),
        env=_blocks(
            "its environment variables",
            name=_text("its name"),
            value=_text("as it is written"),
            type=_text("PLAINTEXT, PARAMETER_STORE, SECRETS_MANAGER"),
        ),
        key=_asset("the key that encrypts what it makes", "encrypted_by"),
    ),
    # Kubernetes
    _kind(
        "workload",
        "pods, or what makes pods",
        controller=_text("Pod, Deployment, StatefulSet, DaemonSet, Job, CronJob, …"),
        namespace=_asset("where it runs", "part_of"),
        labels=_tags("the labels of its pods"),
        annotations=_tags("the annotations of its pods"),
        replicas=_number("how many pods it keeps"),
        service_account=_asset("the identity it runs as", "runs_as"),
        automount_token=_boolean("its pods get the identity's token, by what they or their service account say"),
        host_network=_boolean("its pods share the machine's network"),
        host_pid=_boolean("its pods see the machine's processes"),
        host_ipc=_boolean("its pods share the machine's memory segments"),
        host_users=_boolean("its pods share the machine's user numbers: false is a user namespace"),
        share_processes=_boolean("its containers see each other's processes"),
        operating_system=_text("linux, windows; absent where nothing is said: linux, as good as always"),
        runtime_class=_text("the sandbox it runs in, where it names one"),
        pull_secrets=_assets("credentials for image registries"),
        volumes=_blocks(
            "what can be mounted",
            name=_text("its name"),
            type=_text("secret, configMap, hostPath, emptyDir, projected, persistentVolumeClaim, …"),
            host_path=_text("a path of the machine"),
            source=_asset("the secret or configuration", "mounts"),
        ),
        containers=_blocks(
            "its containers, what starts before them too; settings of the pod merged in",
            name=_text("its name"),
            role=_text("container, init, ephemeral"),
            image=_text("as it is written"),
            registry=_text("the host of the image's registry"),
            repository=_text("the image without registry, tag and digest"),
            tag=_text("the tag"),
            digest=_text("sha256:…, where it is pinned"),
            pull_policy=_text("Always, IfNotPresent, Never"),
            command=_texts("what is run instead of the image's own"),
            arguments=_texts("its arguments"),
            flags=_tags("its options, from command and arguments: `--name=value`, `--name value`, `--name`"),
            privileged=_boolean("it may do what the machine may"),
            allow_privilege_escalation=_boolean("a process may get more rights than its parent"),
            read_only_root=_boolean("its own file system cannot be written"),
            run_as_non_root=_boolean("it is refused if it would run as root"),
            run_as_user=_number("its user"),
            run_as_group=_number("its group"),
            capabilities_added=_texts("capabilities beyond the runtime's own: NET_ADMIN, …"),
            capabilities_dropped=_texts("capabilities taken away: ALL, …"),
            seccomp=_text("RuntimeDefault, Localhost, Unconfined"),
            apparmor=_text("RuntimeDefault, Localhost, Unconfined"),
            selinux_type=_text("the type it runs as"),
            proc_mount=_text("Default, Unmasked"),
            env=_blocks(
                "its environment variables",
                name=_text("its name"),
                value=_text("as it is written"),
                secret=_asset("the secret it is read from", "reads"),
                config=_asset("the configuration it is read from", "reads"),
            ),
            env_secrets=_assets("secrets of which every entry becomes a variable", "reads"),
            ports=_blocks(
                "its ports",
                port=_number("in the container"),
                host_port=_number("on the machine"),
                protocol=_text("TCP, UDP, SCTP"),
            ),
            mounts=_blocks(
                "what is mounted",
                volume=_text("the volume's name"),
                path=_text("where"),
                read_only=_boolean("it cannot be written"),
            ),
            liveness=_boolean("it is restarted when it does not answer"),
            readiness=_boolean("it gets requests only when it answers"),
            startup=_boolean("the other two wait until it has started"),
            cpu_request=_text("the processor time it is promised"),
            cpu_limit=_text("the processor time it may have"),
            memory_request=_text("the memory it is promised"),
            memory_limit=_text("the memory it may have"),
        ),
    ),
    _kind(
        "service",
        "a name and address for pods",
        namespace=_asset("where it is", "part_of"),
        type=_text("ClusterIP, NodePort, LoadBalancer, ExternalName"),
        selector=_tags("the labels of the pods it leads to"),
        annotations=_tags("its annotations"),
        source_ranges=_texts("from where a load balancer lets in"),
        external_addresses=_texts("addresses outside the cluster"),
        ports=_blocks(
            "its ports",
            port=_number("its own"),
            target=_text("the pods': a number or a name"),
            node_port=_number("on every machine"),
            protocol=_text("TCP, UDP, SCTP"),
        ),
    ),
    _kind(
        "ingress",
        "requests from outside to services, by host and path",
        namespace=_asset("where it is", "part_of"),
        controller_class=_text("which controller serves it"),
        annotations=_tags("its annotations"),
        hosts=_texts("names it answers to"),
        tls=_blocks("what is encrypted", hosts=_texts("for which names"), secret=_asset("the certificate", "reads")),
        services=_assets("where requests go", "routes_to"),
    ),
    _kind(
        "network_policy",
        "which traffic pods may have",
        namespace=_asset("whose pods it is about", "applies_to"),
        pods=_selector("which pods; of nothing: all in the namespace"),
        types=_texts("Ingress, Egress"),
        ingress=_blocks(
            "what may come in; none: nothing may", peers=_peers("from whom; of nothing: from anyone"), ports=_ports()
        ),
        egress=_blocks(
            "what may go out; none: nothing may", peers=_peers("to whom; of nothing: to anyone"), ports=_ports()
        ),
    ),
    _kind(
        "cluster_node",
        "a machine of a cluster, as the cluster sees it",
        kubelet_version=_text("the version of its agent: v1.34.2"),
        system=_text("its operating system, as it calls itself"),
        runtime=_text("what runs its containers, with the version"),
    ),
    _kind(
        "namespace",
        "a part of a cluster",
        pod_security=_text("what pod security enforces: privileged, baseline, restricted"),
        pod_security_audit=_text("what it records"),
        pod_security_warn=_text("what it warns of"),
        annotations=_tags("its annotations"),
    ),
    _kind(
        "service_account",
        "an identity for pods",
        namespace=_asset("where it is", "part_of"),
        automount_token=_boolean("pods get its token unless they say otherwise"),
        annotations=_tags("its annotations"),
        cloud_role=_asset("the cloud's role that it may assume, by its annotation", "assumes"),
    ),
    _kind(
        "rbac_role",
        "what may be asked of a cluster's API",
        namespace=_asset("where it holds; absent for the whole cluster", "part_of"),
        cluster=_boolean("it can be granted for the whole cluster"),
        aggregated=_boolean("it is made of other roles"),
        rules=_blocks(
            "what is allowed",
            verbs=_texts("get, list, create, …, or *"),
            groups=_texts("API groups; empty for the core"),
            resources=_texts("pods, secrets, pods/exec, …, or *"),
            names=_texts("only these, where there are any"),
            urls=_texts("paths that are no resources"),
        ),
    ),
    _kind(
        "rbac_binding",
        "who has a role",
        namespace=_asset("where it holds; absent for the whole cluster", "part_of"),
        cluster=_boolean("it holds for the whole cluster"),
        role=_asset("the role", "grants"),
        role_kind=_text("Role, ClusterRole"),
        subjects=_blocks(
            "who",
            kind=_text("User, Group, ServiceAccount"),
            name=_text("its name"),
            namespace=_text("of a service account"),
        ),
        service_accounts=_assets("those of the subjects that are service accounts", "granted_to"),
    ),
    _kind(
        "config_map",
        "configuration kept in a cluster",
        namespace=_asset("where it is", "part_of"),
        data=_tags("its entries"),
    ),
    _kind(
        "cluster_secret",
        "a secret kept in a cluster",
        namespace=_asset("where it is", "part_of"),
        type=_text("Opaque, kubernetes.io/tls, …"),
        data=_tags("its entries in the declaration, as they stand there: encoded, not encrypted"),
        immutable=_boolean("it cannot be changed"),
    ),
    _kind(
        "disruption_budget",
        "how many pods may be away at once",
        namespace=_asset("where it is", "part_of"),
        pods=_selector("which pods"),
        min_available=_text("a number or a percentage"),
        max_unavailable=_text("a number or a percentage"),
    ),
    _kind(
        "mesh_authentication",
        "whether a mesh's pods take connections without mutual TLS",
        namespace=_asset("where it holds", "applies_to"),
        pods=_selector("which pods; of nothing: all in the namespace"),
        mode=_text("STRICT, PERMISSIVE, DISABLE, UNSET"),
    ),
    _kind(
        "mesh_authorization",
        "which requests a mesh lets through",
        namespace=_asset("where it holds", "applies_to"),
        pods=_selector("which pods; of nothing: all in the namespace"),
        action=_text("ALLOW, DENY, AUDIT, CUSTOM"),
        rules=_blocks(
            "which requests; an empty rule: all",
            principals=_texts("from which workloads"),
            request_principals=_texts("with which tokens"),
            namespaces=_texts("from which namespaces"),
            addresses=_texts("from which addresses"),
            methods=_texts("with which methods"),
            paths=_texts("for which paths"),
        ),
    ),
    _kind(
        "admission_webhook",
        "what a cluster asks before it takes something in",
        validating=_boolean("it may refuse; otherwise it may change"),
        webhooks=_blocks(
            "whom it asks",
            name=_text("its name"),
            failure_policy=_text("Fail, Ignore: what happens when it does not answer"),
            operations=_texts("CREATE, UPDATE, …"),
            resources=_texts("what it is asked about"),
            service=_asset("who answers, if in the cluster"),
            url=_text("who answers, if outside"),
        ),
    ),
    _kind(
        "kubelet_settings",
        "how a machine's agent runs",
        anonymous=_boolean("requests without credentials are taken"),
        webhook_authentication=_boolean("tokens are checked with the cluster"),
        authorization=_text("Webhook, AlwaysAllow"),
        read_only_port=_number("a port without authentication; 0 for none"),
        client_ca=_text("who signs clients' certificates"),
        protect_kernel_defaults=_boolean("it refuses to run on changed kernel settings"),
        rotate_certificates=_boolean("its certificate is renewed"),
        streaming_timeout=_text("after which idle time connections are closed"),
        seccomp_default=_boolean("pods that name no profile get the runtime's"),
    ),
    # How software comes to be
    _kind(
        "pipeline",
        "a workflow that builds, tests or deploys",
        triggers=_texts("what starts it: push, pull_request_target, workflow_dispatch, …"),
        permissions=_permissions("what its token may, for every job that does not say more"),
        variables=_tags("environment variables of all jobs"),
        jobs=_blocks(
            "its jobs",
            name=_text("its key"),
            permissions=_permissions("what its token may; absent: what the workflow says"),
            runner=_texts("labels of the machine it runs on"),
            environment=_text("the environment it deploys to, whose rules protect it"),
            condition=_text("when it runs, as it is written"),
            image=_text("the container it runs in"),
            calls=_text("the workflow that it calls instead of steps"),
            may_fail=_boolean("the workflow succeeds all the same if it fails"),
            inherits_secrets=_boolean("the called workflow gets all secrets"),
            variables=_tags("its environment variables"),
            steps=_blocks(
                "what it does, in order",
                name=_text("what it is called"),
                action=_text("the action it uses, without its version: actions/checkout, ./.github/actions/x"),
                version=_text("the version of the action: a tag, a branch, a commit"),
                pinned=_boolean("the action cannot change: a commit, an image's digest, a file of the repository"),
                run=_text("a script, as it is written"),
                expressions=_texts("what is put into the script before it runs: github.event.issue.title"),
                inputs=_tags("what the action is given"),
                may_fail=_boolean("the job goes on all the same if it fails"),
                variables=_tags("its environment variables"),
            ),
        ),
    ),
    _kind(
        "image_build",
        "how a container image is made",
        image=_text("the image that the last stage begins with, as it is written"),
        user=_text("whom the last stage runs as; absent: whom the image it begins with does"),
        health_check=_boolean("it says how to tell whether it works"),
        ports=_texts("the ports it says it listens at"),
        stages=_blocks(
            "its stages",
            name=_text("its name"),
            image=_text("what it begins with, as it is written"),
            registry=_text("the host of the image's registry"),
            repository=_text("the image without registry, tag and digest"),
            tag=_text("the tag"),
            digest=_text("sha256:…, where it is pinned"),
            internal=_boolean("it begins with an earlier stage, or with nothing"),
        ),
        variables=_blocks(
            "what is set by ENV and ARG",
            name=_text("its name"),
            value=_text("its value; of an ARG its default, which may be absent"),
            argument=_boolean("it is an ARG: it can be given, and is kept in the image's history"),
        ),
        commands=_texts("what is run: the shell's text, or the words of the list"),
        additions=_blocks(
            "what is put into it",
            sources=_texts("from where"),
            remote=_boolean("ADD from an address on the network"),
            checksum=_text("what the remote content must be"),
        ),
    ),
    _kind(
        "repository",
        "a repository of source code",
        visibility=_text("public, private, internal"),
        archived=_boolean("nothing can be changed any more"),
        vulnerability_alerts=_boolean("flaws of what it uses are told"),
    ),
    _kind(
        "branch_rules",
        "what a branch asks of changes",
        repository=_asset("the repository", "applies_to"),
        active=_boolean("they are enforced"),
        approvals=_number("how many must approve; absent: nobody"),
        signed=_boolean("commits are signed"),
        force_push=_boolean("history may be rewritten"),
    ),
    _kind(
        "repository_hook",
        "whom a repository tells of its events",
        url=_text("where to"),
        insecure=_boolean("the other side's certificate is not checked"),
    ),
    _kind(
        "pipeline_secret",
        "a secret that pipelines are given",
        plain=_text("the secret itself, in the declaration"),
    ),
    # The language of the declarations itself
    _kind(
        "module_call",
        "a module that is called",
        source=_text("where it comes from"),
        version=_text("which versions are accepted"),
    ),
    _kind(
        "provider_settings",
        "how a provider's API is reached",
        region=_text("its region"),
        access_key=_text("a credential in the declaration"),
        secret_key=_text("a credential in the declaration"),
    ),
    # Records
    _kind(
        "log_trail",
        "a record of what was asked of the provider's API",
        multi_region=_boolean("all regions are recorded"),
        validation=_boolean("files are signed"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
        bucket=_asset("where it is written", "logs_to"),
        enabled=_boolean("it records"),
        global_events=_boolean("events of global services are recorded"),
        log_group=_asset("where it is also sent", "logs_to"),
        organization=_boolean("it records the whole organisation"),
        data_events=_boolean("what is read and written in stores is recorded too"),
    ),
    _kind(
        "configuration_recorder",
        "a record of how resources are configured",
        all_types=_boolean("every type is recorded"),
        global_types=_boolean("types of global services are recorded"),
        enabled=_boolean("it records"),
    ),
    _kind(
        "threat_coverage",
        "what a detector of threats looks at",
        region=_text("where"),
        features=_blocks("its features", name=_text("EKS_RUNTIME_MONITORING, …"), status=_text("ENABLED, DISABLED")),
    ),
    _kind("threat_detector", "a service that looks for attacks", enabled=_boolean("it looks")),
    _kind(
        "remediation",
        "what is done where a rule is not kept",
        rule=_text("the rule"),
        automatic=_boolean("it is done without anybody being asked"),
    ),
    _kind(
        "threat_detection_enrolment",
        "which accounts of an organisation are looked after",
        accounts=_text("ALL, NEW, NONE"),
    ),
    _kind(
        "log_group",
        "a place for log lines",
        retention_days=_number("for how long they are kept; 0 for ever"),
        key=_asset("the key it is encrypted with", "encrypted_by"),
    ),
)

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({kind.name: kind for kind in _ALL})
