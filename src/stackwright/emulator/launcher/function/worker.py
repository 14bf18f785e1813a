"""Runs the handler of one Lambda function; the whole program of an execution environment.

Started by path with the interpreter of the function's runtime, isolated (``-I -S``), so it may use nothing but the
standard library, and only what Python 3.8 has. It does what AWS's Python runtime client does:
https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html

    python -I -S worker.py SOCKET CODE SDK [LAYER ...]

SOCKET carries one JSON line per invocation in each direction. Standard output and standard error are one pipe; MARK and
the request id end an invocation's output, and a line break inside one log record travels as BREAK.
"""

# pathlib would cost every cold start its import.
# ruff: noqa: PTH100, PTH112, PTH118

from __future__ import annotations

import builtins
import decimal
import importlib
import io
import json
import logging
import os
import queue
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

MAX_RESPONSE = 6 * 1024 * 1024 + 100
BREAK = "\x1e"
MARK = b"\0end of "


class RuntimeFailureError(Exception):
    """What AWS reports in place of the exception itself."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Context:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def __init__(self, call: dict[str, Any]) -> None:
        environ = os.environ
        self.function_name = environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.invoked_function_arn = call["arn"]
        self.aws_request_id = call["request_id"]
        self.client_context = None
        self.identity = Identity()
        self._deadline = call["deadline"]

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.time()) * 1000))

    def log(self, message: object) -> None:
        sys.stdout.write(str(message))


class RequestId(logging.Filter):
    """Gives every record the request id, as the formats below need it."""

    current = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = RequestId.current
        return True


class TextFormatter(logging.Formatter):
    """https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""

    converter = time.gmtime

    def __init__(self) -> None:
        form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
        super().__init__(form, "%Y-%m-%dT%H:%M:%S")


class JsonFormatter(logging.Formatter):
    """https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html#python-logging-advanced"""

    converter = time.gmtime
    own = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "aws_request_id"}

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[0]:
            entry["errorType"] = record.exc_info[0].__name__
            entry["errorMessage"] = str(record.exc_info[1])
            entry["stackTrace"] = traceback.format_tb(record.exc_info[2])
            entry["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        if RequestId.current:
            entry["requestId"] = RequestId.current
        entry.update((key, value) for key, value in vars(record).items() if key not in self.own)
        return json.dumps(entry, ensure_ascii=False, default=str)


class RecordHandler(logging.Handler):
    """Writes each record as one event, line breaks included."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stdout.write(self.format(record).replace("\n", BREAK) + "\n")
        except Exception:  # noqa: BLE001 (as every logging.Handler)
            self.handleError(record)


def set_up_logging() -> None:
    """As on AWS, the root logger stays at WARNING in text format; in JSON format its level is configured, else INFO."""
    root = logging.getLogger()
    handler = RecordHandler()
    handler.addFilter(RequestId())
    if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON":
        handler.setFormatter(JsonFormatter())
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO")
        root.setLevel({"TRACE": "DEBUG", "WARN": "WARNING", "FATAL": "CRITICAL"}.get(level, level))
    else:
        handler.setFormatter(TextFormatter())
    root.addHandler(handler)


def import_path(code: str, sdk: str, layers: list[str]) -> list[str]:
    """The order of AWS: code, layers, the SDK of the runtime, the standard library."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    found = [code]
    for layer in layers:
        found += [os.path.join(layer, "python", "lib", version, "site-packages"), os.path.join(layer, "python")]
    return [path for path in found if os.path.isdir(path)] + [sdk]


def load_handler() -> Callable[[Any, Context], Any]:
    """The function that _HANDLER names; failures are named as AWS names them."""
    name = os.environ["_HANDLER"]
    try:
        module_name, function = name.rsplit(".", 1)
    except ValueError as error:
        raise RuntimeFailureError("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise RuntimeFailureError(
            "Runtime.ImportModuleError", f"Cannot use built-in module {module_name} as a handler module"
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise RuntimeFailureError("Runtime.ImportModuleError", message) from error
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        raise RuntimeFailureError("Runtime.UserCodeSyntaxError", message) from error
    if not hasattr(module, function):
        message = f"Handler '{function}' missing on module '{module_name}'"
        raise RuntimeFailureError("Runtime.HandlerNotFound", message)
    return getattr(module, function)


def error_payload(error: Exception, request_id: str) -> dict[str, Any]:
    """The body of a failed invocation, and the log event that goes with it."""
    shown = error.__cause__ if isinstance(error, RuntimeFailureError) and error.__cause__ is not None else error
    frames = [] if isinstance(error, RuntimeFailureError) else traceback.extract_tb(error.__traceback__)
    ours = os.path.abspath(__file__)
    stack = traceback.format_list([frame for frame in frames if os.path.abspath(frame.filename) != ours])
    error_type = error.error_type if isinstance(error, RuntimeFailureError) else type(error).__name__
    payload: dict[str, Any] = {"errorMessage": str(error), "errorType": error_type}
    if request_id:
        payload["requestId"] = request_id
    payload["stackTrace"] = stack
    if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON":
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        event = json.dumps(dict(payload, timestamp=now, log_level="ERROR"), ensure_ascii=False)
    else:
        traced = "Traceback (most recent call last):\n" + "".join(stack) if stack else ""
        if not traced and shown is not error:
            traced = "Traceback (most recent call last):\n"
        event = f"[ERROR] {error_type}: {error}\n{traced}".rstrip("\n")
    sys.stdout.write(event.replace("\n", BREAK) + "\n")
    return payload


def plain(value: object) -> float:
    """Decimals are numbers to AWS's encoder; everything else that JSON lacks is an error."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def answer(handler: Callable[[Any, Context], Any], call: dict[str, Any]) -> tuple[bool, str]:
    """One invocation: (succeeded, JSON text)."""
    try:
        result = handler(call["event"], Context(call))
        try:
            text = json.dumps(result, ensure_ascii=False, default=plain)
        except Exception as error:
            raise RuntimeFailureError("Runtime.MarshalError", f"Unable to marshal response: {error}") from error
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > MAX_RESPONSE:
            message = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE} bytes)."
            raise RuntimeFailureError("Function.ResponseSizeTooLarge", message)
        return True, text
    except Exception as error:  # noqa: BLE001 (whatever the handler raises is the answer)
        return False, json.dumps(error_payload(error, call["request_id"]), ensure_ascii=False)


class Line:
    """The socket, read in a thread: when our emulator dies the whole process group ends, handler running or not."""

    def __init__(self, number: int) -> None:
        self._socket = socket.socket(fileno=number)
        self._calls: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True, name="line").start()

    def _read(self) -> None:
        try:
            for line in self._socket.makefile("rb"):
                self._calls.put(json.loads(line))
        finally:
            # Also when the line ends in the middle of a call, or with an answer that nobody has read.
            os.killpg(os.getpgid(0), signal.SIGKILL)

    def next_call(self) -> dict[str, Any]:
        return self._calls.get()

    def send(self, message: dict[str, Any]) -> None:
        self._socket.sendall(json.dumps(message).encode() + b"\n")


def end_of_output(request_id: str) -> None:
    sys.stdout.flush()
    os.write(1, MARK + request_id.encode() + b"\n")


def trace(call: dict[str, Any]) -> None:
    if call["trace_id"]:
        os.environ["_X_AMZN_TRACE_ID"] = call["trace_id"]
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)


def main() -> None:
    number, code, sdk = sys.argv[1:4]
    layers = sys.argv[4:]
    sys.argv = [""]
    sys.path[:0] = import_path(code, sdk, layers)
    # Both are one stream on AWS, written through at once.
    sys.stdout = sys.stderr = io.TextIOWrapper(os.fdopen(1, "wb", 0), "utf-8", "backslashreplace", write_through=True)
    line = Line(int(number))
    set_up_logging()
    # site, which is switched off, would have brought these.
    builtins.exit = builtins.quit = sys.exit
    try:
        handler = load_handler()
    except Exception as error:  # noqa: BLE001 (a failed initialization is an answer too)
        line.send({"ready": False, "payload": json.dumps(error_payload(error, ""))})
        end_of_output("init")
        return
    line.send({"ready": True})
    while True:
        call = line.next_call()
        RequestId.current = call["request_id"]
        trace(call)
        ok, payload = answer(handler, call)
        end_of_output(call["request_id"])
        line.send({"ok": ok, "payload": payload})


main()
