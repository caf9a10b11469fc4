"""Calls of single functions of the SDK, for clauses that name them."""

from agenta.sdk.agents import handler
from agenta.sdk.agents.connections import (
    Connection, EnvConnectionResolver, ModelRef, ResolvedConnection, RuntimeAuthContext, StaticConnectionResolver,
)
from agenta.sdk.agents.platform import resolve_connection
from agenta.sdk.agents.platform.secrets import resolve_provider_keys
from agenta.sdk.contexts.tracing import TracingContext, tracing_context_manager

import jsonrpc

# The gates have no public name.
before = getattr(handler, "_check_harness_pre_resolve", None)
after = getattr(handler, "_check_harness_post_resolve", None)


def offered():
    return ["offline", "dump", "print"] + (["gate"] if before and after else [])


async def call(asked):
    function = {"offline": offline, "dump": dump, "print": printed, "gate": gate}.get(asked["name"])
    if function is None:
        raise jsonrpc.Refused(f"no probe {asked['name']}")
    return {"output": await function(asked["input"])}


def caller(credential):
    context = TracingContext.get().model_copy(deep=True)
    context.credentials = credential
    return tracing_context_manager(context)


def environment(connection):
    """The resolved connection's variables; newer versions list credentials instead."""
    if hasattr(connection, "env"):
        return dict(connection.env)
    return {**(connection.environment or {}), **{c.binding.name: secret(c.value) for c in connection.credentials}}


def secret(value):
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value


async def offline(asked):
    if asked["resolver"] == "process-env":
        chosen = EnvConnectionResolver(env=asked["env"])
    else:  # is given one key, without a name
        chosen = StaticConnectionResolver(provider=asked["provider"], api_key=next(iter(asked["env"].values()), None))
    model = ModelRef(provider=asked["provider"], model=asked["model"])
    try:
        found = await chosen.resolve(model=model, context=RuntimeAuthContext(harness="pi_core", backend="local"))
    except Exception as error:
        raise jsonrpc.Refused(f"{type(error).__name__}: {error}")
    return {"credential_mode": found.credential_mode, "env": environment(found)}


async def dump(asked):
    with caller(asked["credential"]):
        return {"env": await resolve_provider_keys()}


async def printed(asked):
    turn = asked["turn"]
    with caller(turn["credential"]):
        model = ModelRef.coerce(turn["llm"])
        found = await resolve_connection(model=model, context=RuntimeAuthContext(harness=turn["harness"], backend=turn["sandbox"]))
    return {"printed": [repr(found), str(found), str(found.model_dump()), found.model_dump_json()]}


async def gate(asked):
    connection = Connection.model_construct(mode=asked["mode"] or "agenta", slug=None)
    model = ModelRef.model_construct(provider=asked["provider"], model="any", extras={}, connection=connection)
    found = ResolvedConnection.model_construct(
        provider=asked["provider"], model="any", deployment=asked["deployment"] or "direct")
    try:
        before(model, asked["harness"])
        after(found, asked["harness"])
    except Exception as error:
        return {"error": {"class": type(error).__name__, "stage": "gate", "message": str(error)}}
    return {}
