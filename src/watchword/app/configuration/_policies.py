"""Policies and whom they are attached to.

How a policy is read follows from its use: attached to people it is an identity policy, to an application a resource
policy, as a guardrail a service control policy. One that is used in no way is read too, so that it cannot rot.
"""

import re

from watchword.app.configuration._reading import Reader, nearest, shown
from watchword.app.diagnostics import Diagnostic, Findings, Severity
from watchword.app.yaml_tree import Node, Scalar, Sequence
from watchword.decision import language
from watchword.decision.engine import Attachment
from watchword.decision.language import PolicyDocument, PolicyError, PolicyKind, parse_policy
from watchword.kernel.collector import collector_paused
from watchword.kernel.errors import Place

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_GROUP = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_EMAIL = re.compile(r"[^\s@A-Z]+@[^\s@A-Z]+")
_KINDS = {
    PolicyKind.IDENTITY: "for people",
    PolicyKind.RESOURCE: "for an application",
    PolicyKind.SCP: "as a guardrail",
}


class Policies:
    """Collects uses first (`attach_…`, `read_…`), then reads every document (`parse_all`)."""

    def __init__(self, sources: dict[str, bytes], findings: Findings) -> None:
        self._sources = sources
        self._findings = findings
        self._kinds: dict[str, tuple[PolicyKind, Place]] = {}
        self._everyone: list[str] = []
        self._groups: dict[str, list[str]] = {}
        self._persons: dict[str, list[str]] = {}
        self.documents: dict[str, PolicyDocument] = {}
        self.guardrails: tuple[tuple[str, ...], ...] = ()
        self.resource_policies: dict[str, str] = {}

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(group for groups in self._groups.values() for group in groups)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        names = dict.fromkeys([*self._everyone, *self._groups, *self._persons])
        return tuple(
            Attachment(
                policy=name,
                groups=frozenset(self._groups.get(name, ())),
                persons=frozenset(self._persons.get(name, ())),
                everyone=name in self._everyone,
            )
            for name in names
        )

    def attach_to_resource(self, application: str, node: Scalar) -> None:
        name = self._use(node, PolicyKind.RESOURCE)
        if name is not None:
            self.resource_policies[application] = name

    def read_attachments(self, node: Node, reader: Reader) -> None:
        table = reader.table(node, ("everyone", "groups", "persons"), "policies")
        if (everyone := table.node("everyone")) is not None:
            self._everyone.extend(self._names(everyone, reader, PolicyKind.IDENTITY))
        for key, pattern, expected, kept in (
            ("groups", _GROUP, "letters, digits and inner dots, hyphens and underscores, at most 64", self._groups),
            ("persons", _EMAIL, "an email address in lower case", self._persons),
        ):
            holders = table.node(key)
            if holders is None:
                continue
            for entry in reader.entries(holders, f"{key} with their policies"):
                if not pattern.fullmatch(entry.key):
                    self._findings.error(
                        entry.place,
                        f"policies.{key}",
                        f"not a {key[:-1]}",
                        expected=expected,
                        found=shown(entry.key),
                    )
                for name in self._names(entry.value, reader, PolicyKind.IDENTITY):
                    kept.setdefault(name, []).append(entry.key)

    def read_guardrails(self, node: Node, reader: Reader) -> None:
        levels: list[tuple[str, ...]] = []
        for item in reader.items(node, "levels, outermost first"):
            if not isinstance(item, Sequence):
                name = self._named(item, reader, PolicyKind.SCP)
                if name is not None:
                    levels.append((name,))
                continue
            names = self._names(item, reader, PolicyKind.SCP)
            if not item.items:
                self._findings.error(
                    item.place, "guardrails.empty", "a level without a policy permits nothing", hint="remove it"
                )
            levels.append(tuple(names))
        self.guardrails = tuple(levels)

    def parse_all(self) -> dict[str, PolicyDocument]:
        """Read every document. The result is complete only where no error was found."""
        with collector_paused():
            self._parse_each()
        return self.documents

    def _parse_each(self) -> None:
        for name, source in self._sources.items():
            document = f"policies/{name}.json"
            if not _NAME.fullmatch(name):
                self._findings.error(
                    Place(document=document),
                    "policy.name",
                    "not a policy's name",
                    expected="letters, digits, dots, hyphens and underscores, at most 128",
                    found=shown(name),
                )
            used = self._kinds.get(name)
            parsed = self._parse(name, source, used[0]) if used else self._parse_unused(name, source)
            if parsed is not None:
                self.documents[name] = parsed
                for warning in parsed.warnings:
                    self._findings.add(_converted(warning, document))

    def _parse(self, name: str, source: bytes, kind: PolicyKind) -> PolicyDocument | None:
        try:
            return parse_policy(source, name=name, kind=kind)
        except PolicyError as error:
            for diagnostic in error.diagnostics:
                self._findings.add(_converted(diagnostic, f"policies/{name}.json"))
            return None

    def _parse_unused(self, name: str, source: bytes) -> PolicyDocument | None:
        self._findings.add(
            Diagnostic(
                place=Place(document=f"policies/{name}.json"),
                code="policy.unused",
                message="attached to nobody",
                hint="name it under `policies`, `guardrails` or an application, or remove it",
                severity=Severity.WARNING,
            )
        )
        for kind in (PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.SCP):
            try:
                return parse_policy(source, name=name, kind=kind)
            except PolicyError:
                continue
        return self._parse(name, source, PolicyKind.IDENTITY)

    def _names(self, node: Node, reader: Reader, kind: PolicyKind) -> list[str]:
        names: list[str] = []
        for item in reader.items(node, "policy names"):
            name = self._named(item, reader, kind)
            if name is None:
                continue
            if name in names:
                self._findings.error(item.place, "policies.twice", f"policy {shown(name)} is named twice here")
            names.append(name)
        return names

    def _named(self, node: Node, reader: Reader, kind: PolicyKind) -> str | None:
        if reader.text(node) is None or not isinstance(node, Scalar):
            return None
        return self._use(node, kind)

    def _use(self, node: Scalar, kind: PolicyKind) -> str | None:
        name = node.text
        if name not in self._sources:
            without = name.removesuffix(".json").removeprefix("policies/")
            hint = f"write {without}" if without in self._sources else nearest(name, list(self._sources))
            self._findings.error(
                node.place,
                "policy.unknown",
                f"there is no policy {shown(name)}",
                expected=f"a file policies/{without}.json" if _NAME.fullmatch(without) else None,
                hint=hint,
            )
            return None
        first = self._kinds.setdefault(name, (kind, node.place))
        if first[0] is not kind:
            self._findings.error(
                node.place,
                "policy.kind",
                f"policy {shown(name)} is used {_KINDS[kind]} here and {_KINDS[first[0]]} in line {first[1].line}",
                hint="they are written differently: make two of it",
            )
            return None
        return name


def _converted(diagnostic: language.Diagnostic, document: str) -> Diagnostic:
    return Diagnostic(
        place=Place(document=document, line=diagnostic.line, column=diagnostic.column),
        code=diagnostic.code,
        message=diagnostic.message,
        expected=diagnostic.expected,
        found=diagnostic.found,
        hint=diagnostic.hint,
        severity=Severity.WARNING if diagnostic.severity is language.Severity.WARNING else Severity.ERROR,
    )
