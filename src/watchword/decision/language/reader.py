"""The rules of the language: JSON in, checked `PolicyDocument` out, or every mistake in it.

What is promised of a document that came through:

- every element, operator and principal type in it is known, stands where its kind of document may have it, and has a
  form that can match something;
- every value of a typed condition operator (number, date, boolean, bytes, network, ARN) was read as such;
- nothing was dropped: each key of the JSON text is in the tree.

A mistake that makes a statement match *less* would open access in a Deny. So what cannot be understood is an error in
both effects; what is understood but suspicious is a warning.

Two questions can be asked of a document, and most rules answer both. *Can Watchword decide by it?* is what is asked
where policies are loaded. *Would AWS store it?* is asked with `storable=True`: then what AWS refuses when it is written
is an error even where its meaning is plain, and what AWS takes but no request can be compared with is only a warning.

What is plainly right, nearly everything, never comes here: `_plain` reads it at a fraction of the cost, and leaves to
this module whatever deserves a word. So every rule stands here, once.

Sources: AWS IAM User Guide, "Grammar of the IAM JSON policy language", the pages of each element and "IAM policy
validation check reference"; AWS Organizations User Guide, "SCP syntax" and "RCP syntax"; where these are silent, the
messages of IAM's `MalformedPolicyDocument`. Not checked: whether actions, resources and keys exist.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from watchword.decision.language._json import (
    Flaw,
    JsonArray,
    JsonBoolean,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
    NotJsonError,
    describe,
    read_json,
)
from watchword.decision.language.errors import Diagnostic, PolicyError, Severity
from watchword.decision.language.model import (
    Condition,
    Effect,
    PolicyDocument,
    PolicyKind,
    PrincipalEntry,
    PrincipalType,
    Statement,
    Value,
    Version,
)
from watchword.decision.language.operators import Base, Family, Operator, Quantifier, operator_names, read_operator
from watchword.decision.language.scalars import read_boolean, read_bytes, read_instant, read_network, read_number
from watchword.decision.language.variables import Variable, read_template

_DOCUMENT_ELEMENTS = ("Version", "Id", "Statement")
_STATEMENT_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
WITH_ID = frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.ENDPOINT})
WITH_PRINCIPAL = frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST, PolicyKind.ENDPOINT, PolicyKind.RCP})
# Services take their own forms of Sid in resource policies; the documents that IAM itself keeps do not.
FREE_SID = frozenset({PolicyKind.RESOURCE, PolicyKind.ENDPOINT})
_FULL_ARNS_ONLY = frozenset({PolicyKind.SCP, PolicyKind.RCP})
# "Every SCP must include a Version element with the value 2012-10-17", RCPs the same; IAM says so of managed policies,
# and a boundary is always one.
NEWEST_VERSION_ONLY = frozenset({PolicyKind.SCP, PolicyKind.RCP, PolicyKind.BOUNDARY})
# Documents whose resources IAM itself takes apart when they are written.
_KEPT_BY_IAM = frozenset({PolicyKind.IDENTITY, PolicyKind.BOUNDARY})

# Characters outside white space (IAM and STS quotas; Organizations quotas; VPC and S3 quotas): a longer document may
# still fit somewhere, so this is never more than a warning.
QUOTAS: dict[PolicyKind, tuple[int, str]] = {
    PolicyKind.IDENTITY: (6144, "a managed policy holds 6,144; inline, a user 2,048, a group 5,120, a role 10,240"),
    PolicyKind.BOUNDARY: (6144, "a managed policy, and so a boundary, holds 6,144"),
    PolicyKind.SESSION: (2048, "a session policy holds 2,048"),
    PolicyKind.TRUST: (2048, "a trust policy holds 2,048, and 4,096 where AWS has raised the quota"),
    PolicyKind.SCP: (5120, "a service control policy holds 5,120"),
    PolicyKind.RCP: (5120, "a resource control policy holds 5,120"),
    PolicyKind.RESOURCE: (20480, "a bucket policy holds 20,480, a key policy 32,768, others less"),
    PolicyKind.ENDPOINT: (20480, "an endpoint policy holds 20,480"),
}

SID = re.compile(r"[A-Za-z0-9]*")
_ACTION = re.compile(r"(?P<service>[A-Za-z0-9-]+):(?P<name>[^\s,:]+)")
_ACCOUNT = re.compile(r"[0-9]{12}")
# What stands for a principal under AWS in Amazon's partitions. An origin access identity of CloudFront is a user of the
# account "cloudfront".
_PRINCIPAL_ARN = re.compile(
    r"""
    arn:aws[a-z-]*:
    (?: iam::(?: [0-9]{12} | cloudfront ):(?: root | (?: user | role )/.+ )
      | sts::[0-9]{12}:(?: assumed-role/[^/]+/.+ | federated-user/.+ ) )
    """,
    re.VERBOSE,
)
_PARTITION = re.compile(r"aws(?:-[a-z]+)*|watchword")
# Forms of Resource that API Gateway and SQS take and complete themselves.
_SERVICES_OWN_RESOURCE = re.compile(r"execute-api:/.*|/[0-9]{12}/\S+")
_VENDOR_KEY = re.compile(r"[^:\s]+:.*\S")
# Prefixes of unique ids: what a deleted user, role or group becomes in a policy (IAM identifiers).
_UNIQUE_ID = re.compile(r"A(?:IDA|ROA|GPA|KIA|NPA|SIA)[A-Z0-9]{12,}")
_HOST_LIKE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/:-]*[A-Za-z0-9_/-])?")
# 64 digits of an account, 96 of an origin access identity of CloudFront.
_CANONICAL_ID = re.compile(r"[0-9a-f]{64}(?:[0-9a-f]{32})?")
_ARN_PARTS = 6
_SERVICE = 2  # the index of the service among an ARN's parts
MULTI_VALUED = frozenset({"watchword:groups", "aws:tagkeys", "aws:calledvia", "aws:principalorgpaths"}) | frozenset(
    {"aws:principalservicenameslist", "aws:resourceorgpaths", "aws:sourceorgpaths"}
)

_VALUE_FORMS: dict[Family, tuple[Callable[[str], object | None], str]] = {
    Family.NUMERIC: (read_number, "an integer or a decimal"),
    Family.DATE: (
        read_instant,
        "a date (2026-01-31), an instant with its offset (2026-01-31T12:00:00Z) or epoch seconds",
    ),
    Family.BOOL: (read_boolean, "true or false"),
    Family.NULL: (read_boolean, "true (the key is absent) or false (it is present)"),
    Family.BINARY: (read_bytes, "base64 (RFC 4648, 4)"),
    Family.IP: (read_network, "an IPv4 or IPv6 address or CIDR block"),
}


class _ReadJson(Protocol):
    def __call__(self, source: str | bytes, report: Callable[[Flaw], None], /) -> JsonValue: ...


def parse_by_rules(
    text: str | bytes, *, name: str, kind: PolicyKind, storable: bool = False, read: _ReadJson = read_json
) -> PolicyDocument:
    """`parse_policy` without its short cut, and what the short cut must agree with."""
    reader = Reader(name, kind, storable=storable)
    try:
        root = read(text, reader.report_json)
    except NotJsonError as error:
        reader.report_json(error.flaw)
        raise reader.refusal() from None
    return reader.result(root)


def read_policy(
    tree: JsonValue, *, name: str, kind: PolicyKind, flaws: Sequence[Flaw] = (), storable: bool = False
) -> PolicyDocument:
    """Read a document that is a part of a longer JSON text; places are those in that text.

    `flaws` are what was wrong with the JSON itself: they refuse the document. Raise `PolicyError` as `parse_policy`
    does.
    """
    reader = Reader(name, kind, storable=storable)
    for flaw in flaws:
        reader.report_json(flaw)
    return reader.result(tree)


_Located = JsonValue | Value | Statement | Condition


class Reader:
    """Reads one document and reports on it. Stays inside this context: `_plain` asks its checks about single texts."""

    def __init__(
        self, name: str, kind: PolicyKind, *, storable: bool = False, version: Version = Version.V2008
    ) -> None:
        self._name = name
        self._kind = kind
        self._storable = storable
        self._found: list[Diagnostic] = []
        self._version = version

    def result(self, root: JsonValue) -> PolicyDocument:
        document = self.document(root)
        if document is None or self.failed:
            raise self.refusal()
        return document

    # Reporting

    @property
    def silent(self) -> bool:
        return not self._found

    @property
    def failed(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self._found)

    def _ordered(self) -> tuple[Diagnostic, ...]:
        return tuple(sorted(self._found, key=lambda d: (d.line, d.column)))

    def refusal(self) -> PolicyError:
        return PolicyError(self._ordered())

    def report_json(self, flaw: Flaw) -> None:
        self._found.append(
            Diagnostic(
                document=self._name,
                line=flaw.line,
                column=flaw.column,
                code=flaw.code,
                message=flaw.message,
                expected=flaw.expected,
                found=flaw.found,
            )
        )

    def _report(
        self,
        at: _Located,
        code: str,
        message: str,
        *,
        severity: Severity = Severity.ERROR,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        self._found.append(
            Diagnostic(
                document=self._name,
                line=at.line,
                column=at.column,
                code=code,
                message=message,
                severity=severity,
                expected=expected,
                found=found,
                hint=hint,
            )
        )

    def _warn(self, at: _Located, code: str, message: str, hint: str | None = None) -> None:
        self._report(at, code, message, severity=Severity.WARNING, hint=hint)

    def _unstorable(
        self, at: _Located, code: str, message: str, *, expected: str, found: str | None = None, hint: str | None = None
    ) -> None:
        """What means something, but AWS refuses to keep."""
        if self._storable:
            self._report(at, code, message, expected=expected, found=found, hint=hint)

    def _wrong_shape(self, at: JsonValue, what: str, expected: str) -> None:
        self._report(at, "policy.shape", f"{what} has the wrong form", expected=expected, found=describe(at))

    def _elements(self, members: JsonObject, known: Sequence[str]) -> dict[str, tuple[JsonString, JsonValue]]:
        """Return the known elements by name and report the unknown; the JSON reader has reported what stands twice."""
        elements: dict[str, tuple[JsonString, JsonValue]] = {}
        for key, value in members.members:
            if key.text in known:
                elements.setdefault(key.text, (key, value))
            else:
                self._report(
                    key,
                    "policy.element.unknown",
                    f'"{key.text}" is no element of the policy language here',
                    expected=", ".join(known),
                    hint=_suggestion(key.text, known),
                )
        return elements

    # The document

    def document(self, root: JsonValue) -> PolicyDocument | None:
        if not isinstance(root, JsonObject):
            self._wrong_shape(root, "a policy", "an object with Version and Statement")
            return None
        elements = self._elements(root, _DOCUMENT_ELEMENTS)
        self._read_version(root, elements)
        self._check_size(root)
        identifier = self._read_id(elements)
        if "Statement" not in elements:
            self._report(root, "policy.element.missing", "a policy needs Statement", expected="Statement")
            return None
        statements = self._read_statements(elements["Statement"][1])
        return PolicyDocument(
            name=self._name,
            kind=self._kind,
            version=self._version,
            statements=statements,
            id=identifier,
            warnings=self._ordered(),
        )

    def _read_version(self, root: JsonObject, elements: dict[str, tuple[JsonString, JsonValue]]) -> None:
        expected = '"2012-10-17" or "2008-10-17"'
        if "Version" not in elements:
            if self._storable and self._kind in NEWEST_VERSION_ONLY:
                self._report(
                    root,
                    "policy.version.absent",
                    f"{_a(self._kind)} must say its version",
                    expected='"Version": "2012-10-17"',
                )
                return
            self._warn(
                root,
                "policy.version.absent",
                "without Version the language is that of 2008-10-17, in which ${…} is literal text",
                'write "Version": "2012-10-17"',
            )
            return
        value = elements["Version"][1]
        if isinstance(value, JsonString) and value.text in {v.value for v in Version}:
            self._version = Version(value.text)
            if self._version is Version.V2008 and self._kind in NEWEST_VERSION_ONLY:
                self._unstorable(
                    value,
                    "policy.version.old",
                    f"{_a(self._kind)} cannot have this version",
                    expected='"2012-10-17"',
                    found=describe(value),
                )
            return
        # Reading on in the newer language reports what is wrong with the variables too.
        self._version = Version.V2012
        self._report(
            value, "policy.version.unknown", "not a version of the language", expected=expected, found=describe(value)
        )

    def _check_size(self, root: JsonObject) -> None:
        quota, reason = QUOTAS[self._kind]
        if self._storable and (size := written_size(root)) > quota:
            self._warn(root, "policy.size", f"{size:,} characters without white space: {reason}")

    def _read_id(self, elements: dict[str, tuple[JsonString, JsonValue]]) -> str | None:
        if "Id" not in elements:
            return None
        key, value = elements["Id"]
        if self._kind not in WITH_ID:
            self._report(key, "policy.element.forbidden", f"Id has no place in {_a(self._kind)}", hint="remove it")
            return None
        if isinstance(value, JsonString):
            return value.text
        self._wrong_shape(value, "Id", "a string")
        return None

    def _read_statements(self, value: JsonValue) -> tuple[Statement, ...]:
        items = value.items if isinstance(value, JsonArray) else (value,)
        if not items:
            self._report(
                value,
                "policy.statement.none",
                "a policy without statements says nothing",
                expected="at least one statement",
                found=describe(value),
            )
        statements: list[Statement] = []
        sids: dict[str, int] = {}
        for index, item in enumerate(items):
            if not isinstance(item, JsonObject):
                self._wrong_shape(item, "a statement", "an object")
                continue
            statement = self._read_statement(index, item)
            if statement is None:
                continue
            if statement.sid is not None:
                if statement.sid in sids:
                    self._report(
                        statement,
                        "policy.sid.duplicate",
                        f'the Sid "{statement.sid}" stands on two statements',
                        severity=Severity.WARNING if self._kind in FREE_SID else Severity.ERROR,
                        expected="each Sid once in a document",
                        found=f"the first on line {sids[statement.sid]}",
                    )
                sids.setdefault(statement.sid, statement.line)
            statements.append(statement)
        return tuple(statements)

    # A statement

    def _read_statement(self, index: int, item: JsonObject) -> Statement | None:
        elements = self._elements(item, _STATEMENT_ELEMENTS)
        effect = self._read_effect(item, elements)
        sid = self._read_sid(elements)
        actions, not_action = self._read_actions(item, elements)
        resources, not_resource = self._read_resources(item, elements)
        principals, not_principal = self._read_principals(item, elements, effect)
        if not_principal and self._kind is PolicyKind.TRUST:
            self._unstorable(
                elements["NotPrincipal"][0],
                "policy.element.forbidden",
                f"NotPrincipal has no place in {_a(self._kind)}",
                expected="Principal",
            )
        conditions = tuple(self._read_conditions(elements["Condition"][1])) if "Condition" in elements else ()
        if effect is None:
            return None
        statement = Statement(
            index=index,
            effect=effect,
            actions=actions,
            resources=resources,
            principals=principals,
            not_action=not_action,
            not_resource=not_resource,
            not_principal=not_principal,
            conditions=conditions,
            sid=sid,
            line=item.line,
            column=item.column,
        )
        self._check_rcp(statement)
        self._lint_statement(statement)
        return statement

    def _read_effect(self, item: JsonObject, elements: dict[str, tuple[JsonString, JsonValue]]) -> Effect | None:
        if "Effect" not in elements:
            self._report(item, "policy.element.missing", "a statement needs Effect", expected='"Allow" or "Deny"')
            return None
        value = elements["Effect"][1]
        if isinstance(value, JsonString) and value.text in {e.value for e in Effect}:
            return Effect(value.text)
        hint = "capitals count" if isinstance(value, JsonString) and value.text.title() in {"Allow", "Deny"} else None
        self._report(
            value,
            "policy.effect",
            "not an effect",
            expected='"Allow" or "Deny"',
            found=describe(value),
            hint=hint,
        )
        return None

    def _read_sid(self, elements: dict[str, tuple[JsonString, JsonValue]]) -> str | None:
        if "Sid" not in elements:
            return None
        value = elements["Sid"][1]
        if not isinstance(value, JsonString):
            self._wrong_shape(value, "Sid", "a string")
            return None
        if self._kind not in FREE_SID and not SID.fullmatch(value.text):
            self._report(
                value,
                "policy.sid",
                "not a Sid",
                expected="letters A-Z and a-z and digits",
                found=describe(value),
            )
        return value.text or None

    def _one_of(
        self,
        item: JsonObject,
        elements: dict[str, tuple[JsonString, JsonValue]],
        name: str,
    ) -> tuple[JsonValue | None, bool]:
        """The value of `name` or `Not…name`, of which exactly one must stand in the statement."""
        plain, inverse = elements.get(name), elements.get(f"Not{name}")
        if plain and inverse:
            self._report(
                inverse[0],
                "policy.element.both",
                f"{name} and Not{name} stand in one statement",
                expected=f"exactly one of {name} and Not{name}",
            )
            return None, False
        if plain:
            return plain[1], False
        if inverse:
            return inverse[1], True
        self._report(
            item,
            "policy.element.missing",
            f"a statement needs {name} or Not{name}",
            expected=f"exactly one of {name} and Not{name}",
        )
        return None, False

    def _strings(self, value: JsonValue, what: str) -> Iterator[JsonString]:
        items = value.items if isinstance(value, JsonArray) else (value,)
        if not items:
            self._report(
                value,
                "policy.value.none",
                f"an empty list in {what} can never match",
                expected="at least one value",
                found=describe(value),
            )
        for item in items:
            if isinstance(item, JsonString):
                yield item
            else:
                self._wrong_shape(item, what, "a string or a list of strings")

    def _read_actions(
        self, item: JsonObject, elements: dict[str, tuple[JsonString, JsonValue]]
    ) -> tuple[tuple[Value, ...], bool]:
        value, inverse = self._one_of(item, elements, "Action")
        if value is None:
            return (), inverse
        actions: list[Value] = []
        for text in self._strings(value, "NotAction" if inverse else "Action"):
            self.check_action(text)
            actions.append(_value(text))
        return tuple(actions), inverse

    def check_action(self, text: JsonString) -> None:
        if text.text != "*" and not _ACTION.fullmatch(text.text):
            self._report(
                text,
                "policy.action",
                "not an action: it could never match one",
                expected='"*" or "service:Name", with wildcards in the name alone',
                found=describe(text),
                hint=_action_hint(text.text),
            )
        elif self._kind is PolicyKind.TRUST and not text.text.lower().startswith("sts:"):
            # "AssumeRole policy may only specify STS AssumeRole actions."
            self._unstorable(
                text,
                "policy.trust.action",
                "a trust policy speaks of assuming the role alone",
                expected="actions of sts, such as sts:AssumeRole",
                found=describe(text),
            )

    def _read_resources(
        self, item: JsonObject, elements: dict[str, tuple[JsonString, JsonValue]]
    ) -> tuple[tuple[Value, ...], bool]:
        if self._kind is PolicyKind.TRUST:
            for name in ("Resource", "NotResource"):
                if name in elements:
                    self._report(
                        elements[name][0],
                        "policy.element.forbidden",
                        f"{name} has no place in {_a(self._kind)}",
                        hint="the role that carries the trust policy is its resource",
                    )
            return (), False
        if self._kind is PolicyKind.RESOURCE and not elements.keys() & {"Resource", "NotResource"}:
            # As the policies of ECR repositories: what carries the policy is the resource of every request it is asked.
            self._warn(
                item,
                "policy.resource.absent",
                "without Resource a statement is about whatever carries the policy; most services want the element",
                'write "Resource": "*" or the ARN',
            )
            return (Value(text="*", line=item.line, column=item.column),), False
        value, inverse = self._one_of(item, elements, "Resource")
        if value is None:
            return (), inverse
        resources: list[Value] = []
        for text in self._strings(value, "NotResource" if inverse else "Resource"):
            self.check_resource(text)
            resources.append(_value(text))
        return tuple(resources), inverse

    def check_resource(self, text: JsonString) -> None:
        if text.text == "*":
            return
        self._check_variables(text)
        parts = text.text.split(":", _ARN_PARTS - 1)
        expected = '"*" or an ARN: arn:partition:service:region:account:resource'
        if parts[0] != "arn" or len(parts) <= _SERVICE:
            own = self._kind is PolicyKind.RESOURCE and _SERVICES_OWN_RESOURCE.fullmatch(text.text)
            self._report(
                text,
                "policy.resource",
                "a form that a service completes to an ARN; written so, no request matches it"
                if own
                else "not a resource",
                severity=Severity.WARNING if own and self._storable else Severity.ERROR,
                expected=expected,
                found=describe(text),
            )
            return
        if not parts[_SERVICE]:
            self._report(
                text,
                "policy.resource.service",
                "an ARN without a service: it could never match one",
                expected="the service's name",
                found=describe(text),
            )
        if not _PARTITION.fullmatch(parts[1]) and not any(c in parts[1] for c in "*?$"):
            self._unstorable(
                text,
                "policy.resource.partition",
                f'"{parts[1]}" is no partition',
                expected="aws, aws-cn, aws-us-gov, …",
                found=describe(text),
            )
        if any(c in parts[_SERVICE] for c in "*?"):
            self._report(
                text,
                "policy.resource.service",
                "a wildcard stands in the service of an ARN",
                expected="the service's name",
                found=describe(text),
                hint='write "*" for every resource',
            )
        template = read_template(text.text, variables=self._version is Version.V2012)
        head = text.text.find("${") if template.keys else -1
        if 0 <= head < len(":".join(parts[: _ARN_PARTS - 1])) or (head >= 0 and len(parts) < _ARN_PARTS):
            self._report(
                text,
                "policy.resource.variable",
                "a variable stands before the fifth colon of an ARN",
                expected="variables in the resource part alone",
                found=describe(text),
            )
        if len(parts) < _ARN_PARTS:
            if self._kind in _FULL_ARNS_ONLY and not text.text.endswith("*"):
                self._report(
                    text,
                    "policy.resource.short",
                    f"an ARN of {len(parts)} parts in {_a(self._kind)}",
                    expected="six parts, or a * at its end",
                    found=describe(text),
                )
            else:
                self._warn(
                    text,
                    "policy.resource.short",
                    "a short ARN: each missing part is read as *",
                    f'write "{text.text}{":*" * (_ARN_PARTS - len(parts))}"',
                )
        elif parts[_SERVICE] == "iam":
            self._check_iam_resource(text, parts)

    def _check_iam_resource(self, text: JsonString, parts: Sequence[str]) -> None:
        if any(c in re.split("[/:]", parts[-1])[0] for c in "*?") and parts[-1] != "*":
            # "IAM resource path must either be "*" or start with user/, federated-user/, role/, …"
            self._report(
                text,
                "policy.resource.type",
                "a wildcard in the type of the resource: the guide does not allow it, and it reaches several types",
                severity=Severity.ERROR if self._storable and self._kind in _KEPT_BY_IAM else Severity.WARNING,
                hint="write the type out, as in user/* or role/*",
            )
        region = parts[_SERVICE + 1]
        if region not in {"", "*"} and self._kind in _KEPT_BY_IAM:
            self._unstorable(
                text,
                "policy.resource.region",
                "resources of iam have no region",
                expected="an empty region, as in arn:aws:iam::111111111111:role/name",
                found=describe(text),
            )

    def _check_variables(self, text: JsonString | Value) -> None:
        template = read_template(text.text, variables=self._version is Version.V2012)
        for offset in template.malformed:
            self._report(
                text,
                "policy.variable",
                "not a policy variable",
                expected="${key}, ${key, 'default'}, ${*}, ${?} or ${$}",
                found=f'"{text.text[offset : text.text.find("}", offset) + 1]}"',
            )
        if template.unterminated:
            self._warn(
                text,
                "policy.variable.unterminated",
                "a ${ that is never closed is literal text",
                "write ${$}{ for the characters, or close the variable",
            )
        if self._version is Version.V2008 and "${" in text.text:
            self._warn(
                text,
                "policy.variable.old-version",
                "${…} is literal text in this version of the language",
                'write "Version": "2012-10-17"',
            )

    # Principals

    def _read_principals(
        self, item: JsonObject, elements: dict[str, tuple[JsonString, JsonValue]], effect: Effect | None
    ) -> tuple[tuple[PrincipalEntry, ...] | None, bool]:
        present = [n for n in ("Principal", "NotPrincipal") if n in elements]
        if self._kind not in WITH_PRINCIPAL:
            for name in present:
                self._report(
                    elements[name][0],
                    "policy.element.forbidden",
                    f"{name} has no place in {_a(self._kind)}",
                    hint="whoever the policy is attached to is its principal",
                )
            return None, False
        if not present:
            # A statement without principal matches nobody: an Allow that is void, but a Deny that silently opens.
            void = (
                self._kind in {PolicyKind.RESOURCE, PolicyKind.ENDPOINT}
                and effect is not Effect.DENY
                and not self._storable
            )
            message = "a statement without Principal matches nobody"
            if void:
                self._warn(item, "policy.principal.missing", message, 'write "Principal": "*" for everyone')
            else:
                self._report(item, "policy.principal.missing", message, expected="Principal or NotPrincipal")
            return None, False
        value, inverse = self._one_of(item, elements, "Principal")
        if value is None:
            return None, inverse
        return tuple(self._principal_entries(value, effect, inverse=inverse)), inverse

    def _principal_entries(self, value: JsonValue, effect: Effect | None, *, inverse: bool) -> Iterator[PrincipalEntry]:
        if isinstance(value, JsonString):
            if value.text != "*":
                self._report(
                    value,
                    "policy.principal",
                    "not a principal",
                    expected='"*" or an object such as {"AWS": "arn:…"}',
                    found=describe(value),
                )
            yield PrincipalEntry(type=PrincipalType.AWS, value=_value(value))
            return
        if not isinstance(value, JsonObject) or not value.members:
            self._wrong_shape(value, "Principal", '"*" or an object such as {"AWS": "arn:…"}')
            return
        types = [t.value for t in PrincipalType]
        for key, names in value.members:
            if key.text not in types:
                self._report(
                    key,
                    "policy.principal.type",
                    f'"{key.text}" is no type of principal',
                    expected=", ".join(types),
                    hint=_suggestion(key.text, types),
                )
                continue
            kind = PrincipalType(key.text)
            for text in self._strings(names, f"Principal {key.text}"):
                self.check_principal(kind, text, effect, inverse=inverse)
                yield PrincipalEntry(type=kind, value=_value(text))

    def check_principal(self, kind: PrincipalType, text: JsonString, effect: Effect | None, *, inverse: bool) -> None:
        name = text.text
        if kind is PrincipalType.AWS and name == "*":
            return
        if any(c in name for c in "*?"):
            self._report(
                text,
                "policy.principal.wildcard",
                "a wildcard stands in the name of a principal",
                expected='a whole name, or "*" alone for everyone',
                found=describe(text),
                hint="to match a part, compare aws:PrincipalArn with ArnLike in Condition",
            )
            return
        match kind:
            case PrincipalType.AWS:
                self._check_aws_principal(text)
            case PrincipalType.SERVICE:
                if not _HOST_LIKE.fullmatch(name) or "." not in name:
                    self._report(
                        text,
                        "policy.principal",
                        "not a service principal",
                        expected="a name such as cloudtrail.amazonaws.com",
                        found=describe(text),
                    )
            case PrincipalType.FEDERATED:
                if not _HOST_LIKE.fullmatch(name):
                    self._report(
                        text,
                        "policy.principal",
                        "not an identity provider",
                        expected="an ARN or the host of an OpenID provider",
                        found=describe(text),
                    )
            case PrincipalType.CANONICAL_USER:
                if not _CANONICAL_ID.fullmatch(name):
                    self._report(
                        text,
                        "policy.principal",
                        "not a canonical user id",
                        expected="64 or 96 hexadecimal digits",
                        found=describe(text),
                    )
                elif effect is Effect.DENY or inverse:
                    self._report(
                        text,
                        "policy.principal.canonical-user",
                        "a request does not say who its canonical user is, so this cannot be decided by",
                        severity=Severity.WARNING if self._storable else Severity.ERROR,
                        hint="name the account or its ARN under AWS",
                    )
                else:
                    self._warn(
                        text,
                        "policy.principal.canonical-user",
                        "a request does not say who its canonical user is, so this allows nobody",
                        "name the account or its ARN under AWS",
                    )

    def _check_aws_principal(self, text: JsonString) -> None:
        name = text.text
        if _UNIQUE_ID.fullmatch(name):
            self._warn(
                text,
                "policy.principal.deleted",
                "a unique id: its user or role was deleted, and it matches nobody, a new one of that name neither",
                "name the principal's ARN again, if it is meant",
            )
            return
        parts = name.split(":", _ARN_PARTS - 1)
        is_arn = len(parts) == _ARN_PARTS and parts[0] == "arn" and parts[_SERVICE] in {"iam", "sts"} and parts[-1]
        if is_arn and parts[1].startswith("aws") and not _PRINCIPAL_ARN.fullmatch(name):
            self._report(
                text,
                "policy.principal",
                "not a principal of an account",
                expected="root, user/…, role/…, assumed-role/…/… or federated-user/… of an account of 12 digits",
                found=describe(text),
                hint="a group is no principal" if parts[-1].startswith("group/") else None,
            )
        elif not _ACCOUNT.fullmatch(name) and not is_arn:
            self._report(
                text,
                "policy.principal",
                "not a principal",
                expected='"*", an account of 12 digits, or an ARN of iam or sts',
                found=describe(text),
            )

    # Conditions

    def _read_conditions(self, value: JsonValue) -> Iterator[Condition]:
        if not isinstance(value, JsonObject):
            self._wrong_shape(value, "Condition", "an object of operators")
            return
        if not value.members:
            # The IAM console itself writes it into trust policies.
            self._warn(
                value,
                "policy.condition.empty",
                "an empty Condition limits nothing",
                "remove the element if no limit is meant",
            )
        seen: set[tuple[Operator, str]] = set()
        for name, keys in value.members:
            operator = read_operator(name.text)
            if operator is None:
                self._report(
                    name,
                    "policy.operator.unknown",
                    f'"{name.text}" is no condition operator',
                    expected="an operator such as StringEquals",
                    hint=_operator_hint(name.text),
                )
                continue
            if str(operator) != name.text:
                self._warn(name, "policy.operator.case", f'operators are written "{operator}"', f'write "{operator}"')
            if not isinstance(keys, JsonObject):
                self._wrong_shape(keys, name.text, "an object of condition keys")
                continue
            if not keys.members:
                self._report(
                    keys,
                    "policy.value.none",
                    f"{name.text} compares nothing",
                    expected="at least one condition key",
                    found=describe(keys),
                )
            for key, values in keys.members:
                condition = self._read_condition(operator, key, values)
                twice = sum(other.text == key.text for other, _ in keys.members) > 1  # the JSON reader has said so
                if (operator, key.text.lower()) in seen and not twice:
                    self._report(
                        key,
                        "policy.condition.duplicate",
                        f'{operator} on "{key.text}" stands here twice; keys compare without case',
                        expected="each key once under an operator",
                    )
                seen.add((operator, key.text.lower()))
                if condition is not None:
                    yield condition

    def check_key(self, key: JsonString) -> None:
        if not key.text or key.text != key.text.strip():
            self._report(key, "policy.condition.key", "not a condition key", expected="a name", found=describe(key))
        elif not _VENDOR_KEY.fullmatch(key.text):
            # "Actions/Conditions must be prefaced by a vendor". Requests to Watchword may carry keys without.
            self._unstorable(
                key,
                "policy.condition.key",
                "a condition key without its vendor",
                expected="vendor:name, as aws:SourceIp",
                found=describe(key),
            )

    def _read_condition(self, operator: Operator, key: JsonString, values: JsonValue) -> Condition | None:
        self.check_key(key)
        items = values.items if isinstance(values, JsonArray) else (values,)
        if not items:
            can = "is true of everything" if operator.base.negative else "can never be true"
            self._report(
                values,
                "policy.value.none",
                f"{operator} with no values {can}",
                expected="at least one value",
                found=describe(values),
            )
            return None
        read: list[Value] = []
        for item in items:
            match item:
                case JsonString() | JsonNumber():
                    text = item.text
                case JsonBoolean(value=flag):
                    text = "true" if flag else "false"
                case _:
                    self._wrong_shape(item, "a condition's value", "a string, a number, true, false or a list of those")
                    continue
            value = Value(text=text, line=item.line, column=item.column)
            self.check_condition_value(operator, value)
            read.append(value)
        condition = Condition(operator=operator, key=key.text, values=tuple(read), line=key.line, column=key.column)
        self._lint_condition(condition)
        return condition

    def check_condition_value(self, operator: Operator, value: Value) -> None:
        family = operator.base.family
        form = _VALUE_FORMS.get(family)
        if form is not None:
            read, expected = form
            if read(value.text) is None:
                has_variable = "${" in value.text
                self._report(
                    value,
                    "policy.value.variable" if has_variable else "policy.value.type",
                    f"a variable cannot stand under {operator}" if has_variable else f"not a value for {operator}",
                    expected=expected,
                    found=f'"{value.text}"',
                )
            return
        self._check_variables(value)
        if family is Family.ARN:
            template = read_template(value.text, variables=self._version is Version.V2012)
            whole = isinstance(template.parts[0], Variable)
            if not whole and (not value.text.startswith("arn:") or value.text.count(":") < _ARN_PARTS - 1):
                self._report(
                    value,
                    "policy.value.type",
                    f"not a value for {operator}: the six parts of an ARN are compared one by one",
                    expected="arn:partition:service:region:account:resource",
                    found=f'"{value.text}"',
                    hint='"arn:*:*:*:*:*" stands for every ARN',
                )

    # Documents that mean something, but probably not what their author meant

    def _check_rcp(self, statement: Statement) -> None:
        if self._kind is not PolicyKind.RCP:
            return
        everyone = (PrincipalEntry(type=PrincipalType.AWS, value=Value(text="*")),)
        if statement.principals is not None and (statement.not_principal or statement.principals != everyone):
            self._report(
                statement,
                "policy.rcp.principal",
                "a resource control policy speaks to everyone",
                expected='"Principal": "*"',
                hint="to except principals, use Condition",
            )
        if statement.not_action:
            self._report(statement, "policy.element.forbidden", "NotAction has no place in a resource control policy")
        if statement.effect is Effect.DENY and any(a.text == "*" for a in statement.actions):
            self._unstorable(
                statement,
                "policy.rcp.action",
                'a resource control policy names its services: "*" alone stands in RCPFullAWSAccess only',
                expected='actions such as "s3:*"',
            )
        full = (
            statement.actions == (Value(text="*"),)
            and statement.resources == (Value(text="*"),)
            and not statement.not_resource
            and not statement.conditions
        )
        if statement.effect is Effect.ALLOW and not full:
            self._report(
                statement,
                "policy.rcp.allow",
                "a resource control policy cannot allow",
                expected='"Effect": "Deny", or exactly the statement of RCPFullAWSAccess',
            )

    def _lint_statement(self, statement: Statement) -> None:
        allow = statement.effect is Effect.ALLOW
        if allow and statement.not_principal:
            self._warn(
                statement,
                "policy.lint.allow-not-principal",
                "Allow with NotPrincipal allows everyone else, anonymous callers included",
                "name who is allowed in Principal",
            )
        if allow and statement.not_action:
            self._warn(
                statement,
                "policy.lint.allow-not-action",
                "Allow with NotAction allows every other action, those that do not exist yet included",
                "name what is allowed in Action",
            )
        if allow and statement.not_resource:
            self._warn(
                statement,
                "policy.lint.allow-not-resource",
                "Allow with NotResource allows every other resource, those that do not exist yet included",
                "name what is allowed in Resource",
            )
        if statement.not_action and any(a.text == "*" for a in statement.actions):
            self._warn(statement, "policy.lint.not-action-all", 'NotAction with "*" matches nothing')
        if statement.not_resource and any(r.text == "*" for r in statement.resources):
            self._warn(statement, "policy.lint.not-resource-all", 'NotResource with "*" matches nothing')
        self._lint_conditions(statement, allow=allow)

    def _lint_conditions(self, statement: Statement, *, allow: bool) -> None:
        guarded = {
            c.key.lower()
            for c in statement.conditions
            if c.operator.base is Base.NULL and all(read_boolean(v.text) is False for v in c.values)
        }
        for condition in statement.conditions:
            key = condition.key.lower()
            if allow and condition.operator.quantifier is Quantifier.ALL and key not in guarded:
                self._warn(
                    condition,
                    "policy.lint.for-all-values-allow",
                    f'ForAllValues is true when "{condition.key}" is absent, so this Allow does not need it',
                    f'add "Null": {{"{condition.key}": "false"}}',
                )
            if (
                not allow
                and condition.operator == Operator(base=Base.BOOL)
                and key == "aws:multifactorauthpresent"
                and any(read_boolean(v.text) is False for v in condition.values)
            ):
                self._warn(
                    condition,
                    "policy.lint.bool-mfa",
                    "long-term keys do not have this key at all, so this Deny does not reach them",
                    "use BoolIfExists",
                )
        tags = [c.key for c in statement.conditions if "/" in c.key]
        for first, second in _differ_by_case(tags):
            self._warn(
                statement,
                "policy.lint.tag-case",
                f'"{first}" and "{second}" are one key: keys compare without case',
            )

    def _lint_condition(self, condition: Condition) -> None:
        operator, key = condition.operator, condition.key.lower()
        if operator.quantifier and operator.if_exists:
            self._warn(
                condition,
                "policy.lint.if-exists-in-set",
                f"IfExists says nothing under {operator.quantifier.value}, which itself decides about absent keys",
                "leave it out",
            )
        if operator.quantifier is None and key in MULTI_VALUED and operator.base is not Base.NULL:
            self._warn(
                condition,
                "policy.lint.set-operator",
                f'"{condition.key}" has several values, and {operator} compares one: it will not match',
                f"use ForAnyValue:{operator.base.value}",
            )
        literal_wildcards = operator.base.family is Family.STRING and operator.base not in {
            Base.STRING_LIKE,
            Base.STRING_NOT_LIKE,
        }
        if literal_wildcards and any(
            c in v.text.replace("${*}", "").replace("${?}", "") for v in condition.values for c in "*?"
        ):
            self._warn(
                condition,
                "policy.lint.wildcard-literal",
                f"* and ? are ordinary characters under {operator}",
                "use StringLike or StringNotLike for wildcards",
            )
        if operator.base is Base.NULL and len({read_boolean(v.text) for v in condition.values}) > 1:
            self._warn(condition, "policy.lint.null-both", "Null with both true and false is always true")


def written_size(tree: JsonValue) -> int:
    """Return how many characters the value has when it is written without white space between its parts."""
    match tree:
        case JsonString(text=text):
            return len(json.dumps(text, ensure_ascii=False))
        case JsonNumber(text=text):
            return len(text)
        case JsonArray(items=items):
            return 2 + sum(written_size(i) + 1 for i in items) - (1 if items else 0)
        case JsonObject(members=members):
            return 2 + sum(written_size(k) + written_size(v) + 2 for k, v in members) - (1 if members else 0)
        case _:
            return len(describe(tree))


def _value(text: JsonString) -> Value:
    return Value(text=text.text, line=text.line, column=text.column)


def _a(kind: PolicyKind) -> str:
    return {
        PolicyKind.IDENTITY: "an identity policy",
        PolicyKind.RESOURCE: "a resource policy",
        PolicyKind.SCP: "a service control policy",
        PolicyKind.RCP: "a resource control policy",
        PolicyKind.BOUNDARY: "a permission boundary",
        PolicyKind.SESSION: "a session policy",
        PolicyKind.TRUST: "a trust policy",
        PolicyKind.ENDPOINT: "an endpoint policy",
    }[kind]


def _suggestion(text: str, known: Iterable[str]) -> str | None:
    by_lower = {k.lower(): k for k in known}
    close = difflib.get_close_matches(text.lower(), by_lower, n=1, cutoff=0.7)
    return f'did you mean "{by_lower[close[0]]}"?' if close else None


def _operator_hint(text: str) -> str | None:
    prefix, colon, name = text.rpartition(":")
    if name.lower() in {"null", "nullifexists"} and (colon or name.lower() != "null"):
        return "Null stands alone: it takes no ForAllValues, ForAnyValue or IfExists"
    if colon and prefix.lower() not in {"forallvalues", "foranyvalue"}:
        return "the set prefixes are ForAllValues: and ForAnyValue:"
    return _suggestion(name.removesuffix("IfExists"), operator_names())


def _action_hint(text: str) -> str | None:
    if "," in text or " " in text:
        return "write several actions as a list of strings"
    if ":" not in text:
        return f'an action needs its service: "service:{text}"' if text else None
    if any(c in text.split(":", 1)[0] for c in "*?"):
        return 'write "*" for every action of every service'
    return None


def _differ_by_case(keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    for key in keys:
        other = first.setdefault(key.lower(), key)
        if other != key:
            yield other, key
