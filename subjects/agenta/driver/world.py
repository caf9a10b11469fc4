"""The surroundings that conform gives: what a deployment would set by itself."""

import os
import socket


def enter(world):
    """Points the SDK at the world's platform and runner."""
    os.environ["AGENTA_API_URL"] = world["api_base"]
    os.environ["AGENTA_RUNNER_INTERNAL_URL"] = world["runner_url"]
    os.environ.update(world.get("policy") or {})
    answer_names(world.get("names") or {})


def answer_names(names):
    """Stands in for a name service: a sealed world has none, and the SDK looks up
    the host of a stored address before it decides whether the address is public."""
    if not names:
        return
    lookup = socket.getaddrinfo

    def look(host, *rest, **more):
        return lookup(names.get(host, host), *rest, **more)

    socket.getaddrinfo = look
