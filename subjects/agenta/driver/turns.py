"""One agent turn, in either of the two ways in which the SDK is called."""

import asyncio
import contextvars
import json
import re
import traceback
import uuid

import httpx
from agenta.sdk.agents.handler import make_agent_handler
from agenta.sdk.contexts.tracing import TracingContext, tracing_context_manager
from agenta.sdk.models.workflows import WorkflowServiceRequest
from opentelemetry import trace


def agent(turn):
    """The agent's configuration, as the platform stores it."""
    config = {
        "harness": {"kind": turn["harness"]},
        "sandbox": {"kind": turn["sandbox"]},
        "skills": [skill(s) for s in turn.get("skills") or []],
    }
    if turn.get("system_prompt"):
        config["harness"]["extras"] = {"system": turn["system_prompt"]}
    llm = turn.get("llm")
    if llm is not None:
        # The platform's form of a plain string is an object with nothing but a model.
        config["llm"] = {"model": llm} if isinstance(llm, str) else llm
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

    forms = []  # a stream has one when it leaves the application

    async def start(self, world):
        self.handler = make_agent_handler()

    async def invoke(self, turn):
        caller = TracingContext.get().model_copy(deep=True)
        caller.credentials = turn["credential"] or None
        request = WorkflowServiceRequest(flags={"stream": True} if turn["stream"] else None)
        request.session_id = str(uuid.uuid4())  # the platform mints one for each turn
        events = []
        try:
            with tracing_context_manager(caller):
                answer = await self.handler(request=request, inputs=None, messages=turn["messages"], parameters=agent(turn))
                if turn["stream"]:
                    async for event in answer:
                        events.append(event)
        except Exception as error:
            return {**failure(error), **streamed(events), "broken": bool(events)}
        if turn["stream"]:
            raw = "".join(json.dumps(e, default=str) + "\n" for e in events)
            return {"ok": True, "status": 200, "reply": "", "model": "", "raw": raw, **streamed(events)}
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
        elif event.get("type") == "text-delta":  # Vercel's form
            deltas.append(event.get("delta") or "")
        elif event.get("type") == "message":
            whole = data.get("text") or text_of(data)
    return {"reply": whole or "".join(deltas), "deltas": deltas, "events": json.loads(json.dumps(events, default=str))}


raised = contextvars.ContextVar("raised")  # what the handler raised under a request, if anything


# How a caller asks for each form of a stream.
FORMS = {
    "ndjson": {"Accept": "application/x-ndjson"},
    "sse": {"Accept": "text/event-stream"},
    "vercel": {"Accept": "text/event-stream", "x-ag-messages-format": "vercel"},
}


class Http:
    """Calls the SDK's own HTTP application, as a deployment serves it."""

    forms = list(FORMS)

    async def start(self, world):
        # Imported here, because a driver without this lane need not know a host.
        import agenta
        from agenta.sdk.decorators.routing import create_app, route

        agenta.init(host=world["api_base"].removesuffix("/api"), api_key="none, each caller brings one")
        handler = make_agent_handler()

        async def watched(request: WorkflowServiceRequest, inputs=None, messages=None, parameters=None):
            """The handler; a reply names no class, so what it raises is noted."""
            try:
                return await handler(request=request, inputs=inputs, messages=messages, parameters=parameters)
            except Exception as error:
                raised.get({})["error"] = error
                raise

        app = create_app()
        route("/", app=app)(watched)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://service", timeout=None)

    async def invoke(self, turn):
        headers = dict(FORMS[turn.get("form") or "ndjson"]) if turn["stream"] else {"Accept": "application/json"}
        if turn["credential"]:
            headers["Authorization"] = turn["credential"]
        messages = turn["messages"]
        if turn.get("form") == "vercel":  # asks in that form too
            messages = [{"id": str(i), "role": m["role"], "parts": [{"type": "text", "text": m["content"]}]} for i, m in enumerate(messages)]
        body = {"data": {"parameters": agent(turn), "inputs": {"messages": messages}}}
        noted = {}
        raised.set(noted)
        async with self.client.stream("POST", "/invoke", json=body, headers=headers) as reply:
            raw, broken = await read(reply)
        # Spans are sent in the background; they belong to this turn.
        await asyncio.to_thread(trace.get_tracer_provider().force_flush, 5000)
        out = {"ok": True, "status": reply.status_code, "reply": "", "model": "", "raw": raw, "broken": broken}
        if reply.status_code >= 400:
            error = noted.get("error")
            told = told_by(raw)
            out["ok"] = False
            out["error"] = {"class": type(error).__name__ if error else "", "stage": stage(error) if error else "", "message": told}
            return out
        if turn["stream"]:
            return {**out, **ended(events_of(raw), broken)}
        outputs = (json.loads(raw).get("data") or {}).get("outputs") or {}
        messages = outputs.get("messages") if isinstance(outputs, dict) else outputs
        return {**out, "reply": text_of(messages[-1]) if messages else ""}


async def read(reply):
    """The body as far as it came, and whether it came to an end."""
    parts = []
    try:
        async for part in reply.aiter_text():
            parts.append(part)
    except Exception:
        traceback.print_exc()
        return "".join(parts), True
    return "".join(parts), False


def events_of(raw):
    events = []
    for line in raw.splitlines():
        try:
            events.append(json.loads(line.removeprefix("data: ")))
        except ValueError:
            continue  # a line that was cut
    return [e for e in events if isinstance(e, dict)]


def ended(events, broken):
    """The end of a stream as its caller can tell it: by a record of a failure, by a
    connection that broke, or not at all."""
    for event in events:
        if event.get("type") == "error":
            data = event.get("data") or event  # Vercel's form has no data
            text = data.get("message") or data.get("errorText") or json.dumps(data)
            return {"ok": False, **streamed(events), "error": {"class": data.get("code") or "", "stage": "run", "message": text}}
    if broken:
        return {"ok": False, **streamed(events), "error": {"class": "", "stage": "run", "message": "the stream broke off"}}
    return streamed(events)


def told_by(raw):
    """The text of a refusal."""
    try:
        status = json.loads(raw).get("status")
    except (ValueError, AttributeError):
        return raw
    return (status or {}).get("message") or raw if isinstance(status, dict) else raw


class Both:
    """A one-shot turn calls the handler. A stream is asked of the application: what
    its caller is told of a failure is made there."""

    forms = Http.forms

    async def start(self, world):
        self.direct, self.http = Direct(), Http()
        await self.direct.start(world)
        await self.http.start(world)

    async def invoke(self, turn):
        lane = self.http if turn["stream"] else self.direct
        return await lane.invoke(turn)
