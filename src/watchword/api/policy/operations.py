"""Every operation of the policy API: where it is, what it takes, what it answers, how much of it.

This is the one description: requests are checked by it, the OpenAPI document is written from it, and a test calls each
of them and checks the answers by it.
"""

import enum
from dataclasses import dataclass

from watchword.api.policy.schema import (
    Anything,
    ByName,
    Field,
    Flag,
    Items,
    Members,
    Named,
    Null,
    OneOf,
    Schema,
    Text,
    Whole,
)
from watchword.decision.language import PolicyKind
from watchword.decision.language.json_lines import MAX_LINE

ROOT = "/api/v1"
JSON = "application/json"
LINES = "application/jsonl"
SARIF = "application/sarif+json"
PROBLEM = "application/problem+json"

# The authorization details of an account of a few thousand roles; a policy has 256 KiB at most.
MOST_BYTES = 16 * 1024 * 1024
# A question about what is being served is answered by the process that decides: it has to be small.
MOST_BYTES_SERVED = 64 * 1024
_MOST_DOCUMENTS = 1_000
_MOST_NAMES = 200


class Where(enum.Enum):
    """Which process answers."""

    WORKER = "worker"  # a process of its own, which is ended when it takes too long
    SERVED = "served"  # the control plane, about the policies that it serves


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    name: str
    of: Schema
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """JSON Lines, in and out: a line of `answer` for each line of `line`."""

    line: Schema
    answer: Schema
    query: tuple[Parameter, ...] = ()
    bounded: bool = False  # the whole of it is read before the first line is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`body` is None for GET. `name` is a path parameter, where there is one."""

    id: str
    path: str
    summary: str
    about: str
    answer: Schema | None = None
    body: Schema | None = None
    stream: Stream | None = None
    name: Parameter | None = None
    query: tuple[Parameter, ...] = ()
    sarif: bool = False
    where: Where = Where.WORKER

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"

    @property
    def most_bytes(self) -> int:
        return MOST_BYTES if self.where is Where.WORKER else MOST_BYTES_SERVED


# What several operations take

KIND = Text(about="What the documents are for.", values=tuple(kind.value for kind in PolicyKind))
_NAME = Text(about="What the answer calls it. Its JSON pointer, where it is left out.", least=1, most=1024)
DOCUMENT = Named(
    name="Document",
    of=Members(
        about="A document: JSON as it is, or a text that holds JSON. Lines and columns in answers count from its own "
        "first character.",
        fields=(
            Field(name="name", of=_NAME, required=False),
            Field(
                name="document",
                of=Anything(kinds=("object", "list", "text"), about="The document itself."),
            ),
        ),
    ),
)
_POLICIES = Items(of=DOCUMENT, least=1, most=_MOST_DOCUMENTS, about="Policies.")
_KIND_FIELD = Field(name="kind", of=KIND, required=False)
_SIDES = Members(
    fields=(
        Field(
            name="a", of=Items(of=DOCUMENT, least=1, most=_MOST_DOCUMENTS, about="Policy A, of documents read as one.")
        ),
        Field(
            name="b", of=Items(of=DOCUMENT, least=1, most=_MOST_DOCUMENTS, about="Policy B, of documents read as one.")
        ),
        _KIND_FIELD,
    )
)
_CONTEXT = ByName(
    about="Condition keys with their values.",
    most=_MOST_NAMES,
    of=OneOf(of=(Text(), Items(of=Text(), least=1, most=1_000))),
)
_ESTATE_FILES = (
    Field(
        name="estate",
        of=Items(
            of=DOCUMENT,
            least=1,
            most=_MOST_DOCUMENTS,
            about="What `aws iam get-account-authorization-details` printed: pages, accounts.",
        ),
    ),
    Field(
        name="resource_policies",
        of=Items(
            of=DOCUMENT,
            most=_MOST_DOCUMENTS,
            about='Policies of resources: {"arn": policy}, or a list of {"arn", "policy", "account", '
            '"public_access_blocked"}.',
        ),
        required=False,
    ),
    Field(name="organisation", of=DOCUMENT, required=False),
)
_ESTATE = (
    *_ESTATE_FILES,
    Field(name="context", of=_CONTEXT, required=False),
    Field(
        name="absent",
        of=Items(of=Text(), most=_MOST_NAMES, about="Condition keys that the request surely lacks."),
        required=False,
    ),
)
# In the place of policies: those that a principal really has.
_ESTATE_INSTEAD = tuple(Field(name=field.name, of=field.of, required=False) for field in _ESTATE_FILES)
_TRANSITIVE = Field(
    name="transitive", of=Flag(about="Follow the roles that may be assumed. Default: false."), required=False
)
_CLOUDTRAIL = (
    Field(
        name="cloudtrail",
        of=Items(
            of=DOCUMENT,
            least=1,
            most=_MOST_DOCUMENTS,
            about='CloudTrail\'s log files: {"Records": […]}, lists of events, or texts of an event a line.',
        ),
    ),
    Field(
        name="principal", of=Text(about="The ARN of the user, role or session that has the policies."), required=False
    ),
    Field(
        name="since",
        of=Text(
            about="An instant (RFC 3339) or a date; older events are left out.",
            pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]{5,15}(Z|[+-][0-9]{2}:[0-9]{2}))?",
            most=40,
        ),
        required=False,
    ),
)
_CASE = Named(
    name="Case",
    of=Anything(
        kinds=("object",),
        about='{"id", "request": {"principal", "action", "resource", "resource_account", "context"}, "policies": '
        '{"identity", "resource", "scp", "rcp", "boundary", "session", "vpce"}, "expect"}, as `policy test` takes it.',
    ),
)

# What several operations answer

_TEXT_OR_NULL = OneOf(of=(Text(most=MAX_LINE), Null()))
_ID = OneOf(of=(Text(most=MAX_LINE), Anything(kinds=("number",)), Null()))
_LONG = Text(most=MAX_LINE)
_TEXTS = Items(of=_LONG)
_TRUTH = OneOf(of=(Flag(), Null()), about="null: cannot tell; `reason` says why.")


def _fields(**of: Schema) -> tuple[Field, ...]:
    return tuple(Field(name=name.rstrip("_"), of=schema) for name, schema in of.items())


def _optional(**of: Schema) -> tuple[Field, ...]:
    return tuple(Field(name=name, of=schema, required=False) for name, schema in of.items())


_FINDING_PLACE = _fields(
    line=Whole(),
    column=Whole(),
    code=_LONG,
    message=_LONG,
    expected=_TEXT_OR_NULL,
    found=_TEXT_OR_NULL,
    hint=_TEXT_OR_NULL,
)
_WITHIN = Named(name="PlacedDiagnostic", of=Members(fields=_FINDING_PLACE))
_PLACED = Named(name="Diagnostic", of=Members(fields=(*_fields(document=_LONG), *_FINDING_PLACE)))
_ROW = Named(
    name="CheckRow",
    of=Members(
        fields=_fields(
            severity=Text(values=("error", "warning")),
            place=_LONG,
            code=_LONG,
            message=_LONG,
            expected=_TEXT_OR_NULL,
            found=_TEXT_OR_NULL,
            hint=_TEXT_OR_NULL,
        )
    ),
)
_RESULT = Text(values=("Allowed", "ImplicitlyDenied", "ExplicitlyDenied"))
_WARNINGS = Items(
    about="Names that the catalogue does not know, and what is never asked. No answer depends on them.",
    of=Named(
        name="Warning",
        of=Members(
            fields=(
                *_fields(code=_LONG, message=_LONG),
                *_optional(name=_LONG, nearest=_TEXT_OR_NULL, place=_LONG, times=Whole()),
            )
        ),
    ),
)
_UNREAD_CASE = Members(fields=_fields(id=_ID, line=Whole(), result=Null(), errors=Items(of=_PLACED)))
_TESTED = Named(
    name="TestedCase",
    of=OneOf(
        of=(
            Members(
                fields=(
                    *_fields(id=_ID, line=Whole(), result=_RESULT),
                    *_optional(expect=_RESULT, as_expected=Flag()),
                    *_fields(
                        blocking_layer=_TEXT_OR_NULL,
                        statements=Items(
                            of=Members(
                                fields=_fields(policy=_LONG, layer=_LONG, index=Whole(), sid=_TEXT_OR_NULL),
                            )
                        ),
                        missing_keys=_TEXTS,
                    ),
                    *_optional(warnings=_WARNINGS),
                )
            ),
            _UNREAD_CASE,
        )
    ),
)
_ACTUAL = OneOf(of=(_LONG, _TEXTS, Null()))
_EXPLANATION = (
    *_fields(
        result=_RESULT,
        summary=_LONG,
        statements=_TEXTS,
        blocking_layer=_TEXT_OR_NULL,
        otherwise_allowed=Flag(),
        missing_keys=_TEXTS,
        remedies=Items(
            about="What would change the answer; all changes of one together.",
            of=Members(
                fields=_fields(
                    changes=Items(
                        of=Members(
                            fields=_fields(
                                statement=_LONG,
                                operator=_LONG,
                                key=_LONG,
                                expected=_TEXTS,
                                actual=_ACTUAL,
                                must_match=Flag(),
                            )
                        )
                    ),
                    example=ByName(of=_ACTUAL),
                )
            ),
        ),
        considered=Items(
            about="Each statement whose action, resource and principal match.",
            of=Members(
                fields=_fields(
                    statement=_LONG,
                    layer=_LONG,
                    effect=Text(values=("Allow", "Deny")),
                    line=OneOf(of=(Whole(), Null())),
                    applies=Flag(),
                    conditions=Items(
                        of=Members(
                            fields=_fields(operator=_LONG, key=_LONG, expected=_TEXTS, actual=_ACTUAL, holds=Flag())
                        )
                    ),
                )
            ),
        ),
    ),
)
_EXPLAINED = Named(
    name="ExplainedCase", of=Members(fields=(*_fields(id=_ID), *_EXPLANATION, *_fields(warnings=_WARNINGS)))
)
_REQUEST = Named(
    name="Request",
    of=Members(
        fields=(
            *_fields(principal=OneOf(of=(_LONG, Anything(kinds=("object",)))), action=_LONG, resource=_LONG),
            *_optional(resource_account=_LONG),
            *_fields(context=ByName(of=OneOf(of=(_LONG, _TEXTS)))),
        )
    ),
)
_STATEMENT = Members(fields=_fields(policy=_LONG, index=Whole(), sid=_TEXT_OR_NULL, line=Whole()))
_WITNESS = Named(
    name="Witness",
    of=Members(
        about="A request that one side allows and the other does not, replayed by the engine that decides.",
        fields=_fields(
            request=_REQUEST,
            allowed_by=OneOf(of=(_STATEMENT, Null())),
            denied_by=Items(of=OneOf(of=(_STATEMENT, Null()))),
        ),
    ),
)
_WITNESS_OR_NULL = OneOf(of=(_WITNESS, Null()))
_CONTAINED = Named(
    name="Contained",
    of=Members(fields=_fields(a_within_b=_TRUTH, witness=_WITNESS_OR_NULL, reason=_TEXT_OR_NULL, warnings=_WARNINGS)),
)
_PAIR = Named(
    name="PairAnswer",
    of=OneOf(
        of=(
            Members(
                fields=_fields(
                    id=_ID,
                    a_within_b=_TRUTH,
                    b_within_a=_TRUTH,
                    witness=Members(
                        fields=_fields(a_not_b=OneOf(of=(_REQUEST, Null())), b_not_a=OneOf(of=(_REQUEST, Null())))
                    ),
                    reason=_TEXT_OR_NULL,
                )
            ),
            Members(fields=_fields(id=_ID, line=Whole(), errors=Items(of=_PLACED))),
        )
    ),
)
_EQUIVALENT = Named(
    name="Equivalent",
    of=Members(
        fields=_fields(
            equivalent=_TRUTH,
            a_within_b=_TRUTH,
            b_within_a=_TRUTH,
            witness=Members(fields=_fields(a_not_b=_WITNESS_OR_NULL, b_not_a=_WITNESS_OR_NULL)),
            reason=_TEXT_OR_NULL,
            warnings=_WARNINGS,
        )
    ),
)
_BEYOND = Members(
    fields=_fields(
        witnesses=Items(of=_WITNESS),
        unsettled=Items(of=Members(fields=_fields(statement=OneOf(of=(_STATEMENT, Null())), reason=_LONG))),
    )
)
_DIFFERENCE = Named(name="Difference", of=Members(fields=_fields(only_a=_BEYOND, only_b=_BEYOND, warnings=_WARNINGS)))
_LINTED = Named(
    name="Linted",
    of=Members(
        fields=_fields(
            documents=Items(
                of=Members(
                    fields=_fields(
                        document=_LONG, kind=KIND, kind_guessed=Flag(), error=_TEXT_OR_NULL, refused=Items(of=_WITHIN)
                    )
                )
            ),
            findings=Items(
                of=Members(
                    fields=_fields(
                        rule=_LONG,
                        severity=Text(values=("low", "medium", "high", "critical")),
                        document=_LONG,
                        line=Whole(),
                        column=Whole(),
                        end_line=Whole(),
                        end_column=Whole(),
                        statement=OneOf(of=(Whole(least=-1), Null())),
                        sid=_TEXT_OR_NULL,
                        message=_LONG,
                        fix=OneOf(
                            of=(
                                Members(
                                    fields=_fields(
                                        title=_LONG,
                                        edits=Items(of=Members(fields=_fields(start=Whole(), end=Whole(), text=_LONG))),
                                    )
                                ),
                                Null(),
                            )
                        ),
                    )
                )
            ),
        )
    ),
)
_PART = Members(
    fields=_fields(
        statement=_LONG,
        layer=_LONG,
        conditions=Items(of=Members(fields=_fields(operator=_LONG, key=_LONG, values=_TEXTS))),
        resources=_TEXTS,
        principals=_TEXTS,
    )
)
_PARTS = Items(of=Named(name="Residue", of=_PART))
_ANSWER = _fields(
    answer=Text(values=("yes", "if", "unknown", "no")),
    conditions=_TEXT_OR_NULL,
    statements=_TEXTS,
    ways=Items(of=Members(fields=_fields(statements=_TEXTS, needs=_PARTS))),
    unless=_PARTS,
    complete=Flag(),
)
_CHAINS = Items(
    of=Members(fields=_fields(chain=_TEXTS, steps=Items(of=Named(name="EstateAnswer", of=Members(fields=_ANSWER)))))
)
_PROBLEMS = Items(
    about="What could not be read; whom it concerns is unknown where it matters.",
    of=Members(fields=_fields(place=_LONG, message=_LONG, concerns=_TEXTS)),
)
_WHO_CAN = Named(
    name="WhoCan",
    of=Members(
        fields=_fields(
            action=_LONG,
            resource=_LONG,
            resource_account=_TEXT_OR_NULL,
            examined=Whole(),
            findings=Items(
                of=Members(
                    fields=(
                        *_fields(who=_LONG, kind=_LONG, arn=_TEXT_OR_NULL, action=_LONG, note=_TEXT_OR_NULL),
                        *_ANSWER,
                    )
                )
            ),
            becoming=_CHAINS,
            becoming_complete=Flag(),
            problems=_PROBLEMS,
            warnings=_WARNINGS,
        )
    ),
)
_PIECE = _fields(actions=_TEXTS, resources=_TEXTS)
_WHAT_CAN = Named(
    name="WhatCan",
    of=Members(
        fields=_fields(
            principal=_LONG,
            abilities=Items(
                of=Members(
                    fields=(
                        *_fields(as_=_LONG, service=_LONG),
                        *_PIECE,
                        *_ANSWER,
                        *_fields(exceptions=Items(of=Members(fields=(*_PIECE, *_ANSWER)))),
                        *_optional(
                            expanded=Items(
                                of=Members(
                                    fields=_fields(action=_LONG, level=_LONG, resource_types=_TEXTS, partly=Flag())
                                )
                            )
                        ),
                    )
                )
            ),
            levels=Items(
                about="How many of the actions that the catalogue knows, by access level.",
                of=Members(
                    fields=_fields(
                        as_=_LONG,
                        service=_LONG,
                        levels=ByName(of=Members(fields=_fields(may=Whole(), known=Whole()))),
                    )
                ),
            ),
            becomes=_CHAINS,
            complete=Flag(),
            catalogue=_LONG,
            problems=_PROBLEMS,
            warnings=_WARNINGS,
        )
    ),
)
_ESCALATIONS = Named(
    name="Escalations",
    of=Members(
        fields=_fields(
            examined=Whole(),
            complete=Flag(),
            administrators=_TEXTS,
            causes=Items(
                of=Members(
                    fields=_fields(
                        technique=_LONG,
                        grade=_LONG,
                        why=_LONG,
                        remedy=_LONG,
                        reference=_LONG,
                        statements=_TEXTS,
                        principals=_TEXTS,
                        gains=_TEXTS,
                        administrator=Flag(),
                    )
                )
            ),
            paths=Items(
                of=Members(
                    fields=_fields(
                        principal=_LONG,
                        gain=_LONG,
                        answer=_LONG,
                        edges=Items(
                            of=Members(
                                fields=_fields(
                                    from_=_LONG,
                                    to=_LONG,
                                    technique=_LONG,
                                    note=_TEXT_OR_NULL,
                                    steps=Items(of=Members(fields=(*_fields(action=_LONG, on=_LONG), *_ANSWER))),
                                )
                            )
                        ),
                    )
                )
            ),
            doubts=Items(of=Members(fields=_fields(principal=_LONG, technique=_LONG, why=_LONG))),
            problems=_PROBLEMS,
        )
    ),
)
_FILES = OneOf(
    of=(
        Members(
            fields=_fields(
                events=Whole(),
                others=Whole(),
                failed=Whole(),
                data_events=Whole(),
                resources_untold=Whole(),
                untold=ByName(of=Whole()),
                unknown_calls=ByName(of=Whole()),
            )
        ),
        Null(),
    ),
    about="What the log files did not tell.",
)
_BEFORE_AFTER = Members(fields=_fields(before=_TEXTS, after=_TEXTS, unseen=_TEXTS))
_NARROWED = Named(
    name="Narrowed",
    of=Members(
        fields=_fields(
            policies=Items(of=Members(fields=_fields(name=_LONG, document=Anything(kinds=("object",))))),
            statements=Items(
                of=Members(
                    fields=_fields(
                        policy=_LONG,
                        statement=OneOf(of=(_LONG, Whole())),
                        requests=Whole(),
                        change=Text(values=("removed", "kept", "narrowed")),
                        actions=_BEFORE_AFTER,
                        resources=_BEFORE_AFTER,
                    )
                )
            ),
            observed=Members(
                fields=_fields(
                    requests=Whole(),
                    used=Whole(),
                    elsewhere=Whole(),
                    refused=Whole(),
                    doubtful=Whole(),
                    first=_TEXT_OR_NULL,
                    last=_TEXT_OR_NULL,
                    principals=ByName(of=Whole()),
                )
            ),
            kept_unseen=_TEXTS,
            files=_FILES,
            verified=Members(
                about="What was asked again of the engine; null: it shows nothing.",
                fields=_fields(
                    replayed=OneOf(of=(Whole(), Null())),
                    undecided=OneOf(of=(Whole(), Null())),
                    contained=_TRUTH,
                    reason=_TEXT_OR_NULL,
                ),
            ),
            shared=_TEXTS,
            warnings=_WARNINGS,
        )
    ),
)
_REPLAYED = Named(
    name="Replayed",
    of=Members(
        fields=_fields(
            examined=Whole(),
            not_reproduced=Whole(),
            undecided=Whole(),
            unchanged=Whole(),
            losses=Whole(),
            gains=Whole(),
            unlisted=Whole(),
            first=_TEXT_OR_NULL,
            last=_TEXT_OR_NULL,
            changes=Items(
                of=Members(
                    fields=_fields(
                        who=_LONG,
                        action=_LONG,
                        resource=_LONG,
                        gained=Flag(),
                        requests=Whole(),
                        first=_LONG,
                        last=_LONG,
                        because=_TEXTS,
                        examples=_TEXTS,
                    )
                )
            ),
            files=_FILES,
            warnings=_WARNINGS,
        )
    ),
)
_ABOUT = Named(
    name="Catalogue",
    of=Members(
        fields=_fields(
            catalogue=_LONG,
            source=_LONG,
            licence=_LONG,
            converted=_LONG,
            sha256=_LONG,
            services=Whole(),
            actions=Whole(),
            resource_types=Whole(),
            condition_keys=Whole(),
        )
    ),
)
_ACTION = Named(
    name="CatalogueAction",
    of=Members(
        fields=_fields(action=_LONG, level=_LONG, resources=_TEXTS, condition_keys=_TEXTS, dependent_actions=_TEXTS)
    ),
)
_LOOKED_UP = Named(
    name="CatalogueEntry",
    of=OneOf(
        of=(
            Members(
                fields=_fields(service=_LONG, title=_LONG, actions=_TEXTS, resources=_TEXTS, condition_keys=_TEXTS)
            ),
            _ACTION,
            Items(of=_ACTION),
            Members(fields=_fields(key=_LONG, type=_LONG, values=_LONG, always_present=Flag())),
        )
    ),
)
_RULE = Named(
    name="Rule",
    of=Members(
        fields=_fields(
            rule=_LONG,
            severity=_LONG,
            fix=Flag(),
            title=_LONG,
            why=_LONG,
            remedy=_LONG,
            references=_TEXTS,
            found=Items(of=Members(fields=_fields(kind=KIND, text=_LONG))),
            not_found=Items(of=Members(fields=_fields(kind=KIND, text=_LONG))),
        )
    ),
)
_CHECKED = Named(
    name="CheckedCase",
    of=Members(fields=_fields(id=_ID, valid=Flag(), errors=Items(of=_WITHIN), warnings=Items(of=_WITHIN))),
)
PROBLEM_SCHEMA = Named(
    name="Problem",
    of=Members(
        about="RFC 9457. `code` is stable; `place` says where, in which document; `errors` are all of them.",
        fields=(
            *_fields(type=_LONG, title=_LONG, status=Whole(), detail=_LONG, code=_LONG),
            *_optional(
                expected=_LONG,
                found=_LONG,
                hint=_LONG,
                place=Members(
                    fields=(*_fields(document=_LONG), *_optional(pointer=_LONG, line=Whole(), column=Whole()))
                ),
                errors=Items(
                    of=Members(
                        fields=(
                            *_fields(document=_LONG),
                            *_optional(pointer=_LONG),
                            *_FINDING_PLACE,
                        )
                    )
                ),
            ),
        ),
    ),
)

# The operations

_KIND_QUERY = Parameter(name="kind", of=KIND)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="check",
        path="/policy/check",
        summary="Would AWS store these documents?",
        about="All that is wrong with each, and warnings; an empty list where nothing is. As JSON Lines: any number of "
        "cases, each with its id.",
        body=Members(fields=(Field(name="documents", of=_POLICIES), _KIND_FIELD)),
        answer=Items(of=_ROW),
        stream=Stream(
            line=Named(
                name="CheckCase",
                of=Anything(kinds=("object",), about='{"id", "policy", "kind"}: the policy as JSON or as its text.'),
            ),
            answer=_CHECKED,
            query=(_KIND_QUERY,),
        ),
    ),
    Operation(
        id="test",
        path="/policy/test",
        summary="Decide cases, and compare with what they expect.",
        about="One case as JSON, or any number as JSON Lines, each decided as a live request would be.",
        body=_CASE,
        answer=_TESTED,
        stream=Stream(line=_CASE, answer=_TESTED),
    ),
    Operation(
        id="explain",
        path="/policy/explain",
        summary="Why a case is decided as it is, and what would change it.",
        about="One case as JSON, or several as JSON Lines. A case that cannot be read refuses all of them.",
        body=_CASE,
        answer=_EXPLAINED,
        stream=Stream(
            line=_CASE,
            answer=_EXPLAINED,
            query=(Parameter(name="id", of=Text(about="Only the case of that id."), several=True),),
            bounded=True,
        ),
    ),
    Operation(
        id="lint",
        path="/policy/lint",
        summary="What policies probably should not say.",
        about="Kinds are guessed where none is given. As JSON, or as SARIF 2.1.0 where `Accept` asks for "
        "`application/sarif+json`.",
        sarif=True,
        body=Members(
            fields=(
                Field(name="documents", of=_POLICIES),
                _KIND_FIELD,
                Field(name="rules", of=Items(of=Text(), most=_MOST_NAMES, about="Only these rules."), required=False),
                Field(name="ignore", of=Items(of=Text(), most=_MOST_NAMES, about="Not these rules."), required=False),
                Field(
                    name="accounts",
                    of=Items(of=Text(), most=_MOST_DOCUMENTS, about="Numbers of accounts that are yours."),
                    required=False,
                ),
            )
        ),
        answer=_LINTED,
    ),
    Operation(
        id="contains",
        path="/policy/contains",
        summary="Is all that A allows allowed by B?",
        about="With a request that shows it, where not. As JSON Lines: pairs, both ways.",
        body=_SIDES,
        answer=_CONTAINED,
        stream=Stream(
            line=Named(name="Pair", of=Anything(kinds=("object",), about='{"id", "policies": [A, B], "kind"}.')),
            answer=_PAIR,
            query=(_KIND_QUERY,),
        ),
    ),
    Operation(
        id="equivalent",
        path="/policy/equivalent",
        summary="Do A and B allow the same?",
        about="With a request for each way in which they do not.",
        body=_SIDES,
        answer=_EQUIVALENT,
    ),
    Operation(
        id="diff",
        path="/policy/diff",
        summary="What each of A and B allows and the other does not.",
        about="A request for every statement that reaches beyond the other side.",
        body=_SIDES,
        answer=_DIFFERENCE,
    ),
    Operation(
        id="who-can",
        path="/policy/who-can",
        summary="Who in an estate may do something.",
        about="Each principal's answer: yes, if, or unknown, with the conditions that remain.",
        body=Members(
            fields=(
                *_ESTATE,
                Field(name="action", of=Text(about="s3:GetObject; with wildcards, each pattern that policies have.")),
                Field(name="resource", of=Text(about="An ARN, * or a name in the estate.")),
                Field(
                    name="resource_account",
                    of=Text(about="Whose the resource is, if the ARN does not say."),
                    required=False,
                ),
                _TRANSITIVE,
            )
        ),
        answer=_WHO_CAN,
    ),
    Operation(
        id="what-can",
        path="/policy/what-can",
        summary="What a principal of an estate may do.",
        about="By service, with the conditions that remain and what is excepted.",
        body=Members(
            fields=(
                *_ESTATE,
                Field(name="principal", of=Text(about="An ARN, or a name in the estate.")),
                _TRANSITIVE,
                Field(
                    name="expand",
                    of=Flag(about="List every action of the catalogue that is meant. Default: false."),
                    required=False,
                ),
                Field(
                    name="services", of=Items(of=Text(), most=_MOST_NAMES, about="Only these services."), required=False
                ),
            )
        ),
        answer=_WHAT_CAN,
    ),
    Operation(
        id="escalations",
        path="/policy/escalations",
        summary="How principals of an estate can gain more than they have.",
        about="Causes with their remedy, paths with each step, and what cannot be told.",
        body=Members(
            fields=(
                *_ESTATE,
                Field(name="to", of=Text(about="`admin`, or one principal: paths to it alone."), required=False),
            )
        ),
        answer=_ESCALATIONS,
    ),
    Operation(
        id="narrow",
        path="/policy/narrow",
        summary="The least policy that covers what CloudTrail has recorded.",
        about="And what it leaves out, statement by statement. The policies are given, or those of a principal of an "
        "estate. Not seen is not the same as not needed.",
        body=Members(
            fields=(
                Field(name="policies", of=_POLICIES, required=False),
                *_ESTATE_INSTEAD,
                Field(
                    name="policy",
                    of=Text(about="With an estate: the name of one of the principal's policies. Default: all of them."),
                    required=False,
                ),
                *_CLOUDTRAIL,
                Field(
                    name="resources",
                    of=Whole(
                        about="Resources that are written one by one before a folder of them becomes a pattern. "
                        "Default: 10.",
                        least=1,
                        most=100,
                    ),
                    required=False,
                ),
            )
        ),
        answer=_NARROWED,
    ),
    Operation(
        id="what-if",
        path="/policy/what-if",
        summary="Decide again what CloudTrail has recorded, by other policies.",
        about="Who would lose and who would gain access. The policies of then are given, or those of a principal of an "
        "estate.",
        body=Members(
            fields=(
                Field(name="before", of=_POLICIES, required=False),
                *_ESTATE_INSTEAD,
                Field(name="after", of=_POLICIES),
                *_CLOUDTRAIL,
            )
        ),
        answer=_REPLAYED,
    ),
    Operation(
        id="simulate",
        path="/policy/simulate",
        summary="Decide a request that nobody made, by the policies that are being served.",
        about="Routes are not asked: a path that no route lets through is refused before policies are.",
        where=Where.SERVED,
        body=Members(
            fields=(
                Field(name="resource", of=Text(about="An address or an ARN: http://sample.localhost/admin, arn:….")),
                Field(name="person", of=Text(about="An email address.", least=1, most=320)),
                Field(
                    name="groups",
                    of=Items(of=Text(), most=_MOST_NAMES, about="Default: the person's own."),
                    required=False,
                ),
                Field(name="action", of=Text(about="Default: http:GET."), required=False),
                Field(name="assurance", of=Text(about="Default: aal2.", values=("aal2", "aal3")), required=False),
                Field(name="context", of=_CONTEXT, required=False),
            )
        ),
        answer=Named(
            name="Simulated", of=Members(fields=(*_EXPLANATION, *_fields(revision=_LONG, warnings=_WARNINGS)))
        ),
    ),
    Operation(
        id="catalogue",
        path="/policy/catalogue",
        summary="Where the catalogue of actions comes from.",
        about="Its source, licence, day and digest.",
        answer=_ABOUT,
    ),
    Operation(
        id="catalogue-entry",
        path="/policy/catalogue/{name}",
        summary="What the catalogue knows of a service, an action or a condition key.",
        about="A list, where a pattern means several actions.",
        name=Parameter(name="name", of=Text(about="s3, s3:GetObject, s3:Get*, aws:SourceIp", most=256)),
        answer=_LOOKED_UP,
    ),
    Operation(
        id="rules",
        path="/policy/rules",
        summary="What lint looks for, and why.",
        about="Each rule with its remedy, and an example of what it finds and what it leaves alone.",
        answer=Items(of=_RULE),
    ),
)
BY_ID = {operation.id: operation for operation in OPERATIONS}
