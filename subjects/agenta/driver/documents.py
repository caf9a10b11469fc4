"""What the installed package says of itself."""

import importlib.metadata

from agenta.sdk.agents import capabilities
from agenta.sdk.agents.connections import Connection, ConnectionNotFoundError, ModelRef, RuntimeAuthContext, resolver
from agenta.sdk.agents.platform import connections, secrets

import probes


async def describe(forms):
    return {
        "name": "agenta:sdk",
        "version": importlib.metadata.version("agenta"),
        "protocol": "1.0",
        # The package names no edition of the plan; it is judged by the one asked for.
        "editions": ["2026-07-02", "2026-07-14"],
        # The package ends at the run request: no files, no Pi, no picker.
        "capabilities": ["resolve", "catalog", "envmap"],
        "harnesses": list(capabilities.harness_capabilities_document()),
        "sandboxes": ["local"],
        "probes": probes.offered(),
        "forms": forms,
        "keys_by": await keys_by(),
    }


async def keys_by():
    """What an agent names a plain key by: older packages know nothing but its kind."""
    key = {"kind": "provider_key", "slug": "its-name", "header": {"name": "its-name"}, "data": {"kind": "openai", "provider": {"key": "none"}}}
    model = ModelRef(provider="openai", model="any", connection=Connection(mode="agenta", slug="its-name"))
    try:
        await connections._StaticSecretsResolver([key]).resolve(model=model, context=RuntimeAuthContext(harness="pi_core", backend="local"))
    except ConnectionNotFoundError:
        return "kind"
    return "name"


async def catalog(_):
    return {"harnesses": [
        {
            "key": key,
            "providers": facts["providers"],
            "deployments": facts["deployments"],
            "connection_modes": facts["connection_modes"],
            "model_selection": facts["model_selection"],
            "models": facts["models"],
        }
        for key, facts in capabilities.harness_capabilities_document().items()
    ]}


async def envmap(_):
    """Each module reads the map under a name of its own."""
    return {
        "copies": [
            {"name": "vault", "vars": dict(connections._PROVIDER_ENV_VARS)},
            {"name": "offline", "vars": dict(resolver._PROVIDER_ENV_VARS)},
            {"name": "dump", "vars": dict(secrets._PROVIDER_ENV_VARS)},
        ],
        "cleared": [],  # the runner's business
    }
