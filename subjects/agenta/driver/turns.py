"""One agent turn, in either of the two ways in which the SDK is called."""

import json
import re
import traceback

import httpx
from agenta.sdk.agents.handler import make_agent_handler
from agenta.sdk.contexts.tracing import TracingContext, tracing_context_manager
from agenta.sdk.models.workflows import WorkflowServiceRequest


def agent(turn):
    """The agent's configuration, as the platform stores it."""
    config = {
        "harness": {"kind": turn["harness"]},
        "sandbox": {"kind": turn["sandbox"]},
        "skills": [skill(s) for s in turn.get("skills") or []],
    }
    if turn.get("system_prompt"):
        config["harness"]["extras"] = {"system": turn["system_prompt"]}
    if "llm" in turn:
        config["llm"] = turn["llm"]
    return {"agent": config}


def skill(file):
    """A SKILL.md as the configuration holds it: its head's fields and its body."""
    head = re.match(r"---\n(.*?)\n---\n(.*)", file["content"], re.DOTALL)
    fields = dict(line.split(": ", 1) for line in head[1].splitlines() if ": " in line) if head else {}
    return {
        "name": fields.get("name", file["name"]),
        "description": fields.get("description", file["name"]),
        "body": head[2] if head else file["content"],
    }


def text_of(message):
    """The text of a message, whose content is a text or a list of parts."""
    content = message.get("content")
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def failure(error):
    """A failed turn. The HTTP status is the one that the SDK's own route takes from
    the exception; class and text are the exception's."""
    traceback.print_exception(error)
    status = getattr(error, "status_code", None) or getattr(error, "code", None)
    return {
        "ok": False, "status": status if isinstance(status, int) else 500, "reply": "", "model": "", "raw": "",
        "error": {"class": type(error).__name__, "stage": stage(error), "message": str(error)},
    }


def stage(error):
    """Where the SDK was when it failed, by the module that the exception came out of."""
    frames = [f.filename.replace("\\", "/") for f in traceback.extract_tb(error.__traceback__) if "/agenta/" in f.filename]
    last = frames[-1] if frames else ""
    if last.endswith("/agents/handler.py"):
        return "gate"
    for part, name in (("/agents/connections/", "resolve"), ("/agents/platform/", "resolve"), ("/agents/adapters/", "run"), ("/agents/utils/", "run")):
        if part in last:
            return name
    return "config"


class Direct:
    """Calls the agent handler itself."""

    async def start(self, world):
        self.handler = make_agent_handler()

    async def invoke(self, turn):
        caller = TracingContext.get().model_copy(deep=True)
        caller.credentials = turn["credential"] or None
        request = WorkflowServiceRequest(flags={"stream": True} if turn["stream"] else None)
        events = []
        try:
            with tracing_context_manager(caller):
                answer = await self.handler(request=request, inputs=None, messages=turn["messages"], parameters=agent(turn))
                if turn["stream"]:
                    async for event in answer:
                        events.append(event)
        except Exception as error:
            return {**failure(error), **streamed(events)}
        if turn["stream"]:
            raw = "".join(json.dumps(e, default=str) + "\n" for e in events)
            out = streamed(events)
            return {"ok": True, "status": 200, "model": "", "raw": raw, **out}
        messages = answer.get("messages") or []
        raw = json.dumps(answer, default=str)
        return {"ok": True, "status": 200, "reply": text_of(messages[-1]) if messages else "", "model": "", "raw": raw}


def streamed(events):
    """What the caller of a stream has of it, in the form of an outcome."""
    if not events:
        return {}
    deltas, whole = [], ""
    for event in events:
        data = event.get("data") or {}
        if event.get("type") == "message_delta":
            deltas.append(data.get("delta") or data.get("text") or "")
        elif event.get("type") == "message":
            whole = data.get("text") or text_of(data)
    return {"reply": whole or "".join(deltas), "deltas": deltas, "events": json.loads(json.dumps(events, default=str))}


class Http:
    """Calls the SDK's own HTTP application, as a deployment serves it."""

    async def start(self, world):
        import agenta
        from agenta.sdk.decorators.routing import create_app, route

        agenta.init(host=world["api_base"].removesuffix("/api"), api_key="unused")
        app = create_app()
        route("/", app=app)(make_agent_handler())
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://service", timeout=None)

    async def invoke(self, turn):
        headers = {"Accept": "application/x-ndjson" if turn["stream"] else "application/json"}
        if turn["credential"]:
            headers["Authorization"] = turn["credential"]
        body = {"data": {"parameters": agent(turn), "inputs": {"messages": turn["messages"]}}}
        reply = await self.client.post("/invoke", json=body, headers=headers)
        raw, status = reply.text, reply.status_code
        if status >= 400:
            return refused(reply)
        if turn["stream"]:
            events = [json.loads(line) for line in raw.splitlines() if line.strip()]
            return {"ok": True, "status": status, "reply": "", "model": "", "raw": raw, **streamed(events)}
        outputs = (reply.json().get("data") or {}).get("outputs") or {}
        messages = outputs.get("messages") if isinstance(outputs, dict) else outputs
        return {"ok": True, "status": status, "reply": text_of(messages[-1]) if messages else "", "model": "", "raw": raw}


def refused(reply):
    """A refusal as its HTTP caller sees it: the body names no class."""
    try:
        told = reply.json().get("status") or {}
    except ValueError:
        told = {}
    text = told.get("message") or reply.text
    stack = told.get("stacktrace")
    lines = "".join(stack).strip().splitlines() if isinstance(stack, list) else []
    named = re.match(r"(?:[\w.]+\.)?(\w+)(?::|$)", lines[-1]) if lines else None
    return {
        "ok": False, "status": reply.status_code, "reply": "", "model": "", "raw": reply.text,
        "error": {"class": named[1] if named else "", "stage": "", "message": text},
    }
