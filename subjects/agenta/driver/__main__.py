"""Drives a published version of the platform's SDK as a subject of conform.

    python driver [--lane both|direct|http] FOLDER-OF-THE-SDK

Nothing of the SDK is patched, and nothing here knows what a case expects: a turn
is handed to the SDK as the platform's own service does it, and what comes back is
reported as it came.
"""

import argparse
import asyncio
import os
import sys

# The SDK logs to standard output. That stream is the protocol's, so it is put
# aside before anything of the SDK is imported; what is printed goes to the log.
protocol_out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else it is fetched at import

options = argparse.ArgumentParser()
options.add_argument("--lane", choices=["both", "direct", "http"], default="both")
options.add_argument("sdk")
options = options.parse_args()
sys.path.insert(1, options.sdk)

import documents  # noqa: E402
import jsonrpc  # noqa: E402
import probes  # noqa: E402
import turns  # noqa: E402
import world  # noqa: E402


def main():
    turn = {"both": turns.Both, "direct": turns.Direct, "http": turns.Http}[options.lane]()

    async def prepare(given):
        world.enter(given)
        await turn.start(given)
        return {}  # no runner half, so no address of one

    asyncio.run(jsonrpc.serve(sys.stdin.buffer, protocol_out, {
        "describe": lambda _: documents.describe(turn.forms),
        "prepare": prepare,
        "invoke": turn.invoke,
        "catalog": documents.catalog,
        "envmap": documents.envmap,
        "probe": probes.call,
    }))


main()
