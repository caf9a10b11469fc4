"""Stands for your system: the least that resolves a connection and asks a runner.

Replace run() by a call of the real thing. It is here so that the driver can be
tried at once; it holds few of the contract's clauses.
"""

import json
import os
import urllib.error
import urllib.request


class Refused(Exception):
    """What a caller is told instead of a reply."""

    def __init__(self, name, stage, status, text, body=""):
        super().__init__(text)
        self.name, self.stage, self.status, self.body = name, stage, status, body


def run(world, turn):
    """One agent turn; the credential is the caller's Authorization header."""
    llm = turn.get("llm") or {}
    if isinstance(llm, str):
        provider, _, model = llm.partition("/")
        llm = {"provider": provider, "model": model}
    record = choose(records(world, turn["credential"]), llm)
    kind = record["data"]["kind"]
    body = {
        "harness": turn["harness"], "sandbox": turn["sandbox"], "messages": turn["messages"],
        "model": llm.get("model"), "provider": kind, "deployment": "direct", "credentialMode": "env",
        "secrets": {kind.upper() + "_API_KEY": record["data"]["provider"].get("key", "")},
    }
    token = "Bearer " + os.environ.get("AGENTA_RUNNER_TOKEN", "")
    status, text = send("POST", world["runner_url"] + "/run", token, body)
    answer = json.loads(text)
    if not answer.get("ok"):
        raise Refused("RunFailedError", "run", status if status >= 400 else 500, answer.get("error") or "the run failed", text)
    return {"text": answer["output"], "model": answer.get("model") or "", "body": text}


def records(world, credential):
    status, text = send("GET", world["api_base"] + "/secrets/", credential)
    if status != 200:
        raise Refused("ConnectionResolutionError", "resolve", 502, f"the vault answered HTTP {status}", text)
    return json.loads(text)


def choose(found, llm):
    slug = (llm.get("connection") or {}).get("slug")
    for record in found:
        if slug == record["header"].get("name") or not slug and llm.get("provider") == record["data"]["kind"]:
            return record
    raise Refused("ConnectionNotFoundError", "resolve", 422, f"no connection {slug or llm.get('provider')}")


def send(method, url, authorization, body=None):
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Authorization", authorization)
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
