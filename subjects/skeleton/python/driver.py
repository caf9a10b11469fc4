"""A driver for conform: JSON-RPC 2.0 on stdin and stdout, one message a line.

    conform subject check 'cmd:python3 driver.py'

The part that you replace is system.py. Anything you print must go to stderr.
"""

import json
import sys

import system

prepared = {}  # the world: addresses, policy; see docs/subjects.md


def describe(_):
    return {
        "name": "my-subject",
        "version": "0.1",
        "protocol": "1.0",
        "editions": ["2026-07-02"],
        # Claim what is there. What is not claimed is never judged.
        "capabilities": ["resolve"],
        "harnesses": ["pi_core"],
        "sandboxes": ["local"],
        "probes": [],
    }


def prepare(world):
    prepared.update(world)
    return {}  # a subject with a runner of its own answers {"runner_url": ...}


def invoke(turn):
    try:
        reply = system.run(prepared, turn)
    except system.Refused as refusal:
        # Report what the caller of your system would be told, word for word.
        return failed(refusal.name, refusal.stage, refusal.status, str(refusal), refusal.body)
    except Exception as error:  # what nobody thought of is an internal error to its caller
        return failed(type(error).__name__, "", 500, str(error), "")
    return {"ok": True, "status": 200, "reply": reply["text"], "model": reply["model"], "raw": reply["body"]}


def failed(name, stage, status, text, body):
    error = {"class": name, "stage": stage, "message": text}
    return {"ok": False, "status": status, "reply": "", "model": "", "raw": body, "error": error}


METHODS = {"describe": describe, "prepare": prepare, "invoke": invoke, "shutdown": lambda _: None}


def main():
    for line in sys.stdin:
        call = json.loads(line)
        if "id" not in call:
            continue  # a notification; "cancel" is the only one
        answer = {"jsonrpc": "2.0", "id": call["id"]}
        method = METHODS.get(call["method"])
        if method is None:
            answer["error"] = {"code": -32601, "message": f"no method {call['method']}"}
        else:
            answer["result"] = method(call.get("params"))
        print(json.dumps(answer), flush=True)
        if call["method"] == "shutdown":
            return


main()
