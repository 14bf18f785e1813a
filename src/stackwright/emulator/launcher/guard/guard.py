"""Decides, before anything else sees it, whether a request is let in.

Who may do what is in docs/security.md. In short: the emulator's own paths need its token, calls of AWS a signature
that is right, what the program serves is open as the program says, and names and pages of strangers get nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from stackwright.emulator.launcher.guard import origins, refusals
from stackwright.emulator.launcher.guard.admitted import Admitted, admit
from stackwright.emulator.launcher.guard.bodies import LARGEST, LARGEST_OBJECT, Body, Gone, TooLarge
from stackwright.emulator.launcher.guard.claims import Claim, Failure
from stackwright.emulator.launcher.guard.credentials import Credentials
from stackwright.emulator.launcher.guard.destinations import DESTINATION, PROGRAMS, Destination, Kind
from stackwright.emulator.launcher.guard.origins import Origins
from stackwright.emulator.launcher.guard.request import Malformed, Request, read
from stackwright.emulator.launcher.guard.targets import Targets
from stackwright.emulator.launcher.guard.verifier import Signed, Verifier
from stackwright.emulator.launcher.shared import SharedState

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Guard:
    """An ASGI application in front of another one."""

    def __init__(self, application: Application, shared: SharedState) -> None:
        self._application = application
        self._patcher = patcher = shared.patcher
        patcher.require("ministack.app", "_s3_cors_target")
        refusals.require(patcher)
        self._destinations = destinations = shared.destinations
        self._tokens = shared.tokens
        self._decisions = shared.decisions
        self._port = shared.options.port
        self._origins = Origins(destinations, patcher)
        self._targets = Targets(patcher)
        self._verifier = Verifier(Credentials(patcher), destinations.bucket)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._application(scope, receive, send)
            return
        websocket = scope["type"] == "websocket"
        try:
            request = read(scope)
            if not self._destinations.serves(request.host):
                await refusals.refuse(send, 421, refusals.wrong_host(self._port), websocket=websocket)
                return
            await self._decide(_Exchange(scope, receive, send, request, self._destinations.find(request)))
        except Malformed as error:
            await refusals.refuse(send, 400, str(error), websocket=websocket)
        except TooLarge:
            await refusals.refuse(send, 413, refusals.TOO_LARGE)
        except Gone:
            return

    async def _decide(self, exchange: _Exchange) -> None:
        request, destination = exchange.request, exchange.destination
        if request.types > 1 and destination.kind not in PROGRAMS:
            raise Malformed("The header content-type is given more than once.")
        if destination.kind in (Kind.OURS, Kind.EMULATOR):
            await self._own(exchange)
            return
        signed = None
        if destination.kind not in (Kind.DISTRIBUTION, Kind.LOAD_BALANCER, Kind.HOSTED_UI):
            signed = self._verifier.verify(request)
        is_s3 = destination.kind is Kind.AWS and self._is_s3(request, signed)
        if not is_s3 and self._origins.refuses(request, destination):
            await refusals.refuse(exchange.send, 403, refusals.FOREIGN_PAGE, websocket=request.websocket)
        elif destination.kind in PROGRAMS:
            await self._program(exchange, signed)
        elif _is_preflight(request):
            await self._preflight(exchange, is_s3=is_s3)
        elif destination.kind is Kind.AWS:
            await self._aws(exchange, signed, is_s3=is_s3)
        else:
            await self._interactive(exchange, signed)

    async def _own(self, exchange: _Exchange) -> None:
        """The emulator's own paths: for holders of its token, and of a link that it has made, only."""
        request = exchange.request
        if self._origins.refuses(request, exchange.destination):
            await refusals.refuse(exchange.send, 403, refusals.FOREIGN_PAGE, websocket=request.websocket)
        elif request.websocket or not self._tokens.admits(request):
            await refusals.refuse(exchange.send, 403, refusals.NO_TOKEN, websocket=request.websocket)
        else:
            await self._take_body(exchange, None)
            await self._pass(exchange, Admitted(exchange.destination.kind))

    async def _program(self, exchange: _Exchange, signed: Signed | Failure | None) -> None:
        """What a program serves: it says itself whether it wants a signature, so a wrong one is for it to refuse."""
        await self._pass(exchange, _admitted(exchange.destination, await self._settled(exchange, signed)))

    async def _interactive(self, exchange: _Exchange, signed: Signed | Failure | None) -> None:
        """User pools' pages and AppSync APIs, which have keys of their own beside signatures."""
        signed = await self._settled(exchange, signed)
        if isinstance(signed, Failure):
            await refusals.fail(exchange.send, self._patcher, "appsync", signed, exchange.request)
            return
        if exchange.destination.kind is Kind.GRAPHQL and "x-amz-target" in exchange.request.headers:
            raise Malformed("A GraphQL request has no X-Amz-Target.")
        await self._pass(exchange, _admitted(exchange.destination, signed))

    async def _settled(self, exchange: _Exchange, signed: Signed | Failure | None) -> Signed | Failure | None:
        """The signature once the body is there: still right, or why it is not."""
        body = await self._take_body(exchange, signed if isinstance(signed, Signed) else None)
        if isinstance(signed, Signed):
            return signed.settle(body.digest) or _elsewhere(exchange.destination, signed) or signed
        return signed

    async def _aws(self, exchange: _Exchange, signed: Signed | Failure | None, *, is_s3: bool) -> None:
        request = exchange.request
        if isinstance(signed, Failure):
            await self._fail(exchange, signed)
            return
        limit = LARGEST_OBJECT if is_s3 and signed is not None else LARGEST
        body = await self._take_body(exchange, signed, limit)
        # Only a form is read here: MiniStack looks into it for the name of the operation.
        form = body.joined() if _is_form(request) and body.size < LARGEST else b""
        if signed is None:
            failure = self._targets.anonymous(request, form)
        else:
            failure = signed.settle(body.digest) or self._misdirected(exchange, signed, form)
        if failure is not None:
            await self._fail(exchange, failure)
            return
        await self._pass(exchange, _admitted(exchange.destination, signed), keep_cors=is_s3)

    def _misdirected(self, exchange: _Exchange, signed: Signed, form: bytes) -> Failure | None:
        if exchange.request.websocket:
            return _elsewhere(exchange.destination, signed)
        return self._targets.misdirected(exchange.request, signed, form)

    async def _preflight(self, exchange: _Exchange, *, is_s3: bool) -> None:
        """A page asks what it may send; buckets answer by their own configuration."""
        request = exchange.request
        if is_s3:
            if self._patcher.module("ministack.app")._s3_cors_target(request.host, request.path):
                await self._pass(exchange, Admitted(exchange.destination.kind), keep_cors=True)
            else:
                await refusals.refuse(exchange.send, 403, "CORSResponse: There is no such bucket.")
            return
        requested = request.headers.get("access-control-request-headers", "")
        headers = origins.answer_headers(request.headers["origin"], requested or "*")
        await refusals.answer(exchange.send, 200, headers, b"")

    def _is_s3(self, request: Request, signed: Signed | Failure | None) -> bool:
        """Whether the call is one of S3, whose buckets say themselves which pages may use them."""
        if isinstance(signed, Signed) and isinstance(signed.claim, Claim) and signed.claim.scope.service != "s3":
            return False
        if "x-amz-target" in request.headers or request.websocket:
            return False
        return self._targets.service(request) == "s3"

    async def _take_body(self, exchange: _Exchange, signed: Signed | None, limit: int = LARGEST) -> Body:
        body = Body()
        if exchange.request.has_body and not exchange.request.websocket:
            chunks = signed.chunks if signed else None
            digest = signed is not None and signed.needs_body
            await body.take(exchange.receive, limit, digest=digest, chunks=chunks)
            exchange.receive = body.replayed(exchange.receive)
        return body

    async def _fail(self, exchange: _Exchange, failure: Failure) -> None:
        service = self._targets.service(exchange.request)
        action = self._targets.action(exchange.request, service)
        if action:
            self._decisions.add("anonymous", action, "*", "AuthError")
        await refusals.fail(exchange.send, self._patcher, service, failure, exchange.request)

    async def _pass(self, exchange: _Exchange, admitted: Admitted, *, keep_cors: bool = False) -> None:
        admit(admitted)
        scope = {**exchange.scope, DESTINATION: exchange.destination}
        send = exchange.send
        if exchange.destination.kind not in PROGRAMS and not keep_cors:
            origin = exchange.request.headers.get("origin", "")
            send = _readable_by(origin, exchange.send)
        await self._application(scope, exchange.receive, send)


class _Exchange:
    """A request on its way, and how to answer it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, request: Request, destination: Destination) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.request = request
        self.destination = destination


def _admitted(destination: Destination, signed: Signed | Failure | None) -> Admitted:
    if isinstance(signed, Failure):
        return Admitted(destination.kind, failure=signed)
    return Admitted(destination.kind, signed)


def _elsewhere(destination: Destination, signed: Signed) -> Failure | None:
    """A signature for another service or region than the destination has."""
    if not isinstance(signed.claim, Claim):
        return Failure("UnsupportedSignature", "Only signatures of version 4 are taken here.")
    scope = signed.claim.scope
    if destination.scoped and scope.service != destination.scoped:
        return Failure(
            "SignatureDoesNotMatch", f"Credential should be scoped to correct service: '{destination.scoped}'."
        )
    if destination.region and scope.region != destination.region:
        return Failure(
            "SignatureDoesNotMatch", f"Credential should be scoped to a valid region: '{destination.region}'."
        )
    return None


def _is_preflight(request: Request) -> bool:
    headers = request.headers
    return request.method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def _readable_by(origin: str, send: Send) -> Send:
    """Answers that the page of this origin, which was let in, can read, and no other."""

    async def readable(message: dict[str, Any]) -> None:
        if "headers" in message:
            headers = origins.without_answer_headers(list(message["headers"]))
            message = {**message, "headers": headers + (origins.answer_headers(origin) if origin else [])}
        await send(message)

    return readable
