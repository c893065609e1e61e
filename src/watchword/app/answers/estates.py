"""`policy who-can`, `what-can` and `escalations`: what an estate answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from watchword.app.answers.strangers import warnings_of
from watchword.app.answers.values import Json, Row
from watchword.decision.analysis.account.abilities import Abilities, Ability
from watchword.decision.analysis.account.abilities import what_can as abilities_of
from watchword.decision.analysis.account.expansion import ExpandedAction, Expansion, LevelCount, levels
from watchword.decision.analysis.account.facts import Stated, Target
from watchword.decision.analysis.account.inquiry import Becoming, Finding, Inquiry
from watchword.decision.analysis.account.model import AccountPrincipal, Estate
from watchword.decision.analysis.account.phrases import named, summary, through
from watchword.decision.analysis.catalogue import AccessLevel, Catalogue, Strangers, takes
from watchword.decision.analysis.escalation.model import ADMIN, Edge, Escalations
from watchword.decision.analysis.escalation.search import find_escalations
from watchword.decision.analysis.partial import Answer, Residue
from watchword.decision.language import PolicyDocument
from watchword.kernel.errors import InvalidInputError

# Named in a warning.
_MAX_TYPES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoCan:
    """`chains` are how others come to be one of those found; `whole` says that there are no more. `misfit` is why no
    request can be for this action on this resource, or empty."""

    estate: Estate
    action: str
    target: Target
    found: Sequence[Finding]
    chains: Sequence[Becoming]
    whole: bool
    misfit: str


class PrincipalCan:
    """What one principal may do, in patterns and in the catalogue's actions; of `services` alone, if there are any."""

    def __init__(self, arn: str, found: Abilities, catalogue: Catalogue, services: frozenset[str]) -> None:
        expansion = Expansion(catalogue)
        self.arn = arn
        self.abilities = [a for a in found.abilities if not services or a.piece.service in {*services, "*"}]
        self.expanded: list[tuple[Ability, Sequence[ExpandedAction]]] = [
            (a, [e for e in expansion.expand(a) if not services or e.action.service in services])
            for a in self.abilities
        ]
        self.levels: Mapping[str, Mapping[AccessLevel, LevelCount]] = levels(
            ((a.piece.service, actions) for a, actions in self.expanded), catalogue
        )
        self.complete = found.complete and expansion.complete


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatCan:
    """`everyone` are the principal and whoever it may become; `whole` says that there are no more of them. `day` is the
    catalogue's."""

    estate: Estate
    principal: AccountPrincipal
    everyone: Sequence[PrincipalCan]
    chains: Sequence[Becoming]
    whole: bool
    day: str

    @property
    def complete(self) -> bool:
        return self.whole and all(a.complete for a in self.everyone)


def stated(
    values: Mapping[str, Sequence[str]], absent: Iterable[str], *, expected: str = "one of context and absent"
) -> Stated:
    """What is said of the request's context. Raise `InvalidInputError` for a key that is said to be both."""
    known: dict[str, tuple[str, ...]] = {}
    for key, some in values.items():
        known[key.lower()] = (*known.get(key.lower(), ()), *some)
    lacking = frozenset(key.lower() for key in absent)
    both = sorted(lacking & known.keys())
    if both:
        raise InvalidInputError(
            f"{both[0]} is said to be absent and to have a value",
            code="context.malformed",
            expected=expected,
            found="both",
        )
    return Stated(values={k: v[0] if len(v) == 1 else v for k, v in known.items()}, absent=lacking)


def ask_who_can(
    inquiry: Inquiry,
    strangers: Strangers,
    catalogue: Catalogue,
    *,
    action: str,
    resource: str,
    account: str,
    transitive: bool,
) -> WhoCan:
    """`strangers` is told what the policies that speak of it misspell."""
    target = inquiry.target(resource, account=account, action=action)
    found = inquiry.who_can(action, target)
    chains, whole = inquiry.become(f.arn for f in found if f.arn) if transitive else ([], True)
    for document in inquiry.documents(target):
        strangers.misspelt(document, action)
    return WhoCan(
        estate=inquiry.estate,
        action=action,
        target=target,
        found=found,
        chains=chains,
        whole=whole,
        misfit=_misfit(catalogue, action, target.arn),
    )


def _misfit(catalogue: Catalogue, action: str, resource: str) -> str:
    """Why no request can be for this action on this resource; empty where one can, or where the action is not known."""
    actions = catalogue.expand(action)
    if not actions or resource == "*" or any(takes(a, resource) for a in actions):
        return ""
    types = sorted({u.type.arn for a in actions for u in a.resources}, key=lambda arn: (len(arn), arn))
    if not types:
        return f"{action} is asked about no resource, so no request is for {resource}: ask about *"
    more = f" and {len(types) - _MAX_TYPES} more" if len(types) > _MAX_TYPES else ""
    return f"{action} is never asked about {resource}, but about {', '.join(types[:_MAX_TYPES])}{more}"


def ask_what_can(
    inquiry: Inquiry,
    strangers: Strangers,
    catalogue: Catalogue,
    *,
    principal: str,
    services: Iterable[str],
    transitive: bool,
) -> WhatCan:
    """`strangers` is told what the principals' own policies name that the catalogue does not know."""
    asked = inquiry.principal(principal)
    chains, whole = inquiry.becomes(asked) if transitive else ([], True)
    principals = (asked, *(inquiry.estate.principals[c.chain[-1]] for c in chains))
    only = frozenset(s.lower() for s in services)
    everyone = [PrincipalCan(p.arn, abilities_of(inquiry, p), catalogue, only) for p in principals]
    for one in principals:
        boundary = () if one.boundary is None else (one.boundary.document,)
        for held in (*one.identity, *boundary):
            if isinstance(held, PolicyDocument):
                strangers.document(held)
    return WhatCan(
        estate=inquiry.estate,
        principal=asked,
        everyone=everyone,
        chains=chains,
        whole=whole,
        day=catalogue.about.converted,
    )


def ask_escalations(inquiry: Inquiry, *, to: str) -> Escalations:
    """`to` is empty, `admin`, or a principal."""
    return find_escalations(inquiry, to=to if to in {"", ADMIN} else inquiry.principal(to).arn)


def who_can(asked: WhoCan, strangers: Strangers) -> dict[str, Json]:
    return {
        "action": asked.action,
        "resource": asked.target.arn,
        "resource_account": asked.target.account or None,
        "examined": len(asked.estate.principals),
        "findings": [_finding(f) for f in asked.found],
        "becoming": [_chain(c) for c in asked.chains],
        "becoming_complete": asked.whole,
        "problems": problems_of(asked.estate),
        "warnings": [
            *warnings_of(strangers),
            *([{"code": "catalogue.resource", "message": asked.misfit}] if asked.misfit else []),
        ],
    }


def what_can(asked: WhatCan, strangers: Strangers, *, expand: bool) -> dict[str, Json]:
    return {
        "principal": asked.principal.arn,
        "abilities": [row for can in asked.everyone for row in _abilities(can, expand=expand)],
        "levels": [row for can in asked.everyone for row in _levels(can)],
        "becomes": [_chain(c) for c in asked.chains],
        "complete": asked.complete,
        "catalogue": asked.day,
        "problems": problems_of(asked.estate),
        "warnings": warnings_of(strangers),
    }


def escalations(estate: Estate, found: Escalations) -> dict[str, Json]:
    return {
        "examined": found.examined,
        "complete": found.complete,
        "administrators": list(found.admins),
        "causes": [
            {
                "technique": cause.technique.id,
                "grade": cause.grade.value,
                "why": cause.technique.why,
                "remedy": cause.technique.remedy,
                "reference": cause.technique.reference,
                "statements": list(cause.statements),
                "principals": list(cause.principals),
                "gains": list(cause.gains),
                "administrator": cause.admin,
            }
            for cause in found.causes
        ],
        "paths": [
            {"principal": p.source, "gain": p.gain, "answer": p.truth.value, "edges": [_edge(e) for e in p.edges]}
            for p in found.paths
        ],
        "doubts": [{"principal": d.principal, "technique": d.technique.id, "why": d.why} for d in found.doubts],
        "problems": problems_of(estate),
    }


def problems_of(estate: Estate) -> list[Json]:
    return [{"place": p.place, "message": p.message, "concerns": list(p.concerns)} for p in estate.problems]


def answer_of(answer: Answer) -> dict[str, Json]:
    """An answer in words, and in parts that a program can read."""
    return {
        "answer": answer.truth.value,
        "conditions": summary(answer) or None,
        "statements": list(through(answer)),
        "ways": [{"statements": named(way.through), "needs": _parts(way.needs)} for way in answer.ways],
        "unless": _parts(answer.unless),
        "complete": answer.complete,
    }


def _parts(residues: Sequence[Residue]) -> list[Json]:
    return [
        {
            "statement": str(residue.ref),
            "layer": residue.ref.layer.value,
            "conditions": [
                {"operator": str(c.operator), "key": c.key, "values": [v.text for v in c.values]}
                for c in residue.conditions
            ],
            "resources": list(residue.resources),
            "principals": [e.value.text for e in residue.statement.principals or ()],
        }
        for residue in residues
    ]


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "who": finding.who,
        "kind": finding.kind,
        "arn": finding.arn or None,
        "action": finding.action,
        "note": finding.note or None,
        **answer_of(finding.answer),
    }


def _chain(becoming: Becoming) -> dict[str, Json]:
    return {"chain": list(becoming.chain), "steps": [answer_of(a) for a in becoming.answers]}


def _abilities(can: PrincipalCan, *, expand: bool) -> Iterator[Row]:
    for ability, actions in can.expanded:
        row: dict[str, Json] = {
            "as": can.arn,
            "service": ability.piece.service,
            "actions": list(ability.piece.actions),
            "resources": list(ability.piece.resources),
            **answer_of(ability.answer),
            "exceptions": [
                {"actions": list(piece.actions), "resources": list(piece.resources), **answer_of(other)}
                for piece, other in ability.exceptions
            ],
        }
        if expand:
            row["expanded"] = [
                {
                    "action": e.action.full_name,
                    "level": e.action.level.value,
                    "resource_types": list(e.types),
                    "partly": e.partly,
                }
                for e in actions
            ]
        yield row


def _levels(can: PrincipalCan) -> Iterator[Row]:
    for service, counts in can.levels.items():
        yield {
            "as": can.arn,
            "service": service,
            "levels": {level.value: {"may": c.may, "known": c.known} for level, c in counts.items()},
        }


def _edge(edge: Edge) -> dict[str, Json]:
    return {
        "from": edge.source,
        "to": edge.to,
        "technique": edge.technique.id,
        "note": edge.note or None,
        "steps": [{"action": s.action, "on": s.on, **answer_of(s.answer)} for s in edge.steps],
    }
