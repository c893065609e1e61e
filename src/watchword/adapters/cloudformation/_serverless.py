"""SAM's resources, as far as what they make is judged: globals, and the role, address and routes of a function.

A `AWS::Serverless::Function` stays one, with its own shape; where it names no role, the role that SAM makes for it is
declared beside it under the logical id that SAM gives it. Sources: AWS SAM Developer Guide, "Globals section of the AWS
SAM template", "Generated CloudFormation resources", "Controlling API access with your AWS SAM template".
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from watchword.adapters.cloudformation._evaluation import Frame, Template, evaluate
from watchword.adapters.documents import Entry, Mapping, Node, Sequence, node_at, text_at
from watchword.inventory.model import Declaration
from watchword.inventory.trees import from_plain
from watchword.inventory.values import (
    Absent,
    Block,
    Child,
    Elements,
    Known,
    Place,
    Reason,
    ReasonKind,
    Unknown,
    Value,
)

_PREFIX: Final = "AWS::Serverless::"
_MANAGED: Final = "arn:aws:iam::aws:policy/"


class _Runner(NamedTuple):
    """A type that runs as a role: who assumes it, and what SAM always attaches."""

    service: str
    always: tuple[str, ...] = ()


_RUNNERS: Final = {
    "AWS::Serverless::Function": _Runner("lambda.amazonaws.com", ("service-role/AWSLambdaBasicExecutionRole",)),
    "AWS::Serverless::StateMachine": _Runner("states.amazonaws.com"),
}


def with_globals(node: Mapping) -> Mapping:
    """The template with its `Globals` put into the resources: mappings merged, lists joined, the rest overridden."""
    globals_ = node_at(node, "Globals")
    resources = node.entries.get("Resources")
    if not isinstance(globals_, Mapping) or resources is None or not isinstance(resources.value, Mapping):
        return node
    changed = {name: _with_global(entry, globals_) for name, entry in resources.value.entries.items()}
    entry = Entry(resources.key, resources.value._replace(entries=changed))
    return node._replace(entries={**node.entries, "Resources": entry})


def _with_global(entry: Entry, globals_: Mapping) -> Entry:
    native_type = text_at(entry.value, "Type")
    shared = globals_.entries.get(native_type.removeprefix(_PREFIX)) if native_type.startswith(_PREFIX) else None
    if shared is None or not isinstance(entry.value, Mapping):
        return entry
    own = entry.value.entries.get("Properties")
    properties = Entry(shared.key, _merged(shared.value, own.value)) if own else shared
    return Entry(entry.key, entry.value._replace(entries={**entry.value.entries, "Properties": properties}))


def _merged(shared: Node, own: Node) -> Node:
    if isinstance(shared, Mapping) and isinstance(own, Mapping) and not (shared.tag or own.tag):
        if any(name == "Ref" or name.startswith("Fn::") for name in (*shared.entries, *own.entries)):
            return own
        entries = dict(shared.entries)
        for name, entry in own.entries.items():
            before = entries.get(name)
            entries[name] = Entry(entry.key, _merged(before.value, entry.value)) if before else entry
        return own._replace(entries=entries)
    if isinstance(shared, Sequence) and isinstance(own, Sequence) and not (shared.tag or own.tag):
        return own._replace(items=(*shared.items, *own.items))
    return own


def made_by(logical: str, native_type: str) -> tuple[str, ...]:
    """The logical ids that a resource brings, its own first."""
    if not native_type.startswith(_PREFIX):
        return (logical,)
    # The implicit API is there where an event names no API of its own.
    implicit = ("ServerlessRestApi", "ServerlessRestApiProdStage", "ServerlessHttpApi")
    return (logical, f"{logical}Role", f"{logical}Url", f"{logical}Stage", f"{logical}.Version", *implicit)


def expand_serverless(declaration: Declaration, template: Template) -> Iterator[Declaration]:
    """Yield what a resource makes: itself, and what SAM makes beside it."""
    runner = _RUNNERS.get(declaration.native_type)
    if runner is None:
        yield declaration
        return
    tree = declaration.tree
    if isinstance(tree["Role"], Absent):
        role = f"{declaration.address}Role"
        children: dict[str, Child] = {name: _child(tree, name) for name in tree.names()}
        children["Role"] = template.reference(role, "Arn", declaration.place)
        whole = Block(children, tree.place, open_because=tree.open_because)
        yield _beside(declaration, declaration.address, declaration.native_type, whole)
        yield _beside(declaration, role, "AWS::IAM::Role", _role(tree, runner))
    else:
        yield declaration
    address = tree["FunctionUrlConfig"]
    if isinstance(address, Block):
        children = {name: _child(address, name) for name in address.names()}
        children["TargetFunctionArn"] = template.reference(declaration.address, "Arn", address.place)
        yield _beside(declaration, f"{declaration.address}Url", "AWS::Lambda::Url", Block(children, address.place))
    if isinstance(tree["Events"], Block):
        yield from _routes(declaration, tree["Events"], template)


class _Api(NamedTuple):
    """A kind of API that events of functions make routes of: its type, and the property of an event that names it."""

    native_type: str
    named_by: str
    section: str  # of `Globals`, which are the implicit API's
    makes: str
    method: str


_APIS: Final = {
    "Api": _Api("AWS::Serverless::Api", "RestApiId", "Api", "AWS::ApiGateway::Method", "HttpMethod"),
    "HttpApi": _Api("AWS::Serverless::HttpApi", "ApiId", "HttpApi", "AWS::ApiGatewayV2::Route", "RouteKey"),
}


def _routes(function: Declaration, events: Block, template: Template) -> Iterator[Declaration]:
    """The methods and routes that a function's events make, each with who may ask."""
    for name in events.names():
        event = events[name]
        kind = event["Type"]
        api = _APIS.get(kind.text()) if isinstance(kind, Known) else None
        if api is None:
            continue
        own = event["Properties"]
        auth = _auth_of(own[api.named_by], api, template)
        authorizer = own["Auth"]["Authorizer"]
        if isinstance(authorizer, Absent):
            authorizer = auth if isinstance(auth, Unknown) else auth["DefaultAuthorizer"]
        key = own["Auth"]["ApiKeyRequired"]
        if isinstance(key, Absent) and not isinstance(auth, Unknown):
            key = auth["ApiKeyRequired"]
        place = event.place
        method = own["Method"]
        if isinstance(method, Absent):
            method = Known("ANY", place, is_default=True)
        tree = Block(
            {api.method: method, "AuthorizationType": _authorization(authorizer, place), "ApiKeyRequired": key},
            place,
        )
        yield _beside(function, f"{function.address}{name}", api.makes, tree)


def _authorization(authorizer: Value, place: Place) -> Value:
    if isinstance(authorizer, Absent):
        return Known("NONE", place, is_default=True)
    if not isinstance(authorizer, Known):
        return authorizer
    word = authorizer.text() if authorizer.text() in {"NONE", "AWS_IAM"} else "CUSTOM"
    return Known(word, authorizer.place, root=authorizer.root)


def _auth_of(named: Value, api: _Api, template: Template) -> Value:
    """What the API of an event says of who may ask: the implicit one's, or that of the one that it names."""
    if isinstance(named, Absent):
        found = node_at(template.node, "Globals", api.section, "Auth")
        return Absent(named.place) if found is None else evaluate(found, Frame(template))
    logical = next((r.target.rpartition("#")[2] for r in named.references), "")
    resource = node_at(template.node, "Resources", logical) if logical else None
    if resource is None or text_at(resource, "Type") != api.native_type:
        return _elsewhere("who may ask is said by an API that is not declared here", named.place)
    found = node_at(resource, "Properties", "Auth")
    if found is not None:
        return evaluate(found, Frame(template))
    if any(node_at(resource, "Properties", name) is not None for name in ("DefinitionBody", "DefinitionUri")):
        return _elsewhere("who may ask is said in the definition of its API, which is not read", named.place)
    return Absent(named.place)


def _elsewhere(why: str, place: Place) -> Unknown:
    return Unknown((Reason(ReasonKind.REFERENCE, why, place),), place)


def _child(block: Block, name: str) -> Callable[[], Value]:
    return lambda: block[name]


def _beside(of: Declaration, address: str, native_type: str, tree: Block) -> Declaration:
    return Declaration(
        front_end=of.front_end,
        provider="aws",
        native_type=native_type,
        root=of.root,
        address=address,
        tree=tree,
        place=tree.place,
        instances=of.instances,
        when=of.when,
    )


def _role(of: Block, runner: _Runner) -> Block:
    place = of["Policies"].place if not isinstance(of["Policies"], Absent) else of.place
    attached: list[Child] = [Known(_MANAGED + name, place) for name in runner.always]
    if runner.always and not isinstance(of["VpcConfig"], Absent):
        attached.append(Known(f"{_MANAGED}service-role/AWSLambdaVPCAccessExecutionRole", place))
    inline: list[Child] = []
    doubts: tuple[Reason, ...] = ()
    for policy in of["Policies"].each() if not isinstance(of["Policies"], Absent) else ():
        if isinstance(policy, Known):
            attached.append(_managed(policy))
        elif isinstance(policy, Block) and not isinstance(policy["Statement"], Absent):
            inline.append(Block({"PolicyDocument": policy}, policy.place))
        elif isinstance(policy, Unknown) and policy.parts:
            attached.append(policy)
        else:
            doubts += _why(policy)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": [runner.service]}, "Action": ["sts:AssumeRole"]},
        ],
    }
    written = of["AssumeRolePolicyDocument"]
    return Block(
        {
            "AssumeRolePolicyDocument": from_plain(trust, of.place) if isinstance(written, Absent) else written,
            "ManagedPolicyArns": Elements(attached, place, open_because=doubts),
            "Policies": Elements(inline, place, open_because=doubts),
            "PermissionsBoundary": of["PermissionsBoundary"],
            "Path": of["RolePath"],
            "Tags": of["Tags"],
        },
        place,
    )


def _managed(policy: Known) -> Known:
    """SAM takes a managed policy by its bare name, too."""
    name = policy.text()
    if name.startswith("arn:"):
        return policy
    folder = "service-role/" if name.startswith("AWSLambda") and name.endswith("ExecutionRole") else ""
    return Known(f"{_MANAGED}{folder}{name}", policy.place, root=policy.root)


def _why(policy: Value) -> tuple[Reason, ...]:
    if isinstance(policy, Unknown):
        return policy.reasons
    name = policy.names()[0] if isinstance(policy, Block) and policy.names() else "?"
    return (Reason(ReasonKind.FUNCTION, f"what SAM's policy template {name[:80]} allows is not known", _place(policy)),)


def _place(policy: Value) -> Place:
    return policy.place
