"""JSON-RPC 2.0, one message a line. Calls run side by side, as users do."""

import asyncio
import json
import threading
import traceback


class Refused(Exception):
    """A call that cannot be answered; the text goes to the caller."""


async def serve(source, sink, methods):
    """Answers until the input ends or shutdown is called."""
    loop = asyncio.get_running_loop()
    lines = asyncio.Queue()
    turns = {}  # id of a turn -> its task, for cancel

    def read():
        for line in source:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()

    def send(message):
        sink.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        sink.flush()

    def fail(call, code, text):
        if "id" in call:
            send({"id": call["id"], "error": {"code": code, "message": text}})

    async def answer(call):
        try:
            result = await methods[call["method"]](call.get("params"))
        except Refused as refusal:
            fail(call, -32000, str(refusal))
        except asyncio.CancelledError:
            fail(call, -32001, "cancelled")
        except Exception as error:  # a fault of this driver, never of a turn
            traceback.print_exc()
            fail(call, -32603, f"{type(error).__name__}: {error}")
        else:
            send({"id": call["id"], "result": result})

    running = set()
    while (line := await lines.get()) is not None:
        try:
            call = json.loads(line)
        except ValueError:
            send({"id": None, "error": {"code": -32700, "message": "not JSON"}})
            continue
        method = call.get("method")
        if method == "shutdown":
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            send({"id": call["id"], "result": None})
            return
        if method == "cancel":
            if task := turns.get(call["params"]["id"]):
                task.cancel()
            continue
        if method not in methods:
            fail(call, -32601, f"no method {method}")
            continue
        task = asyncio.create_task(answer(call))
        running.add(task)
        task.add_done_callback(running.discard)
        if method == "invoke":
            name = call["params"]["id"]
            turns[name] = task
            task.add_done_callback(lambda _, name=name: turns.pop(name, None))
        if method == "prepare":
            await task  # nothing may run before its world is there
    await asyncio.gather(*running, return_exceptions=True)
