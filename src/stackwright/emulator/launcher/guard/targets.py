"""Which service a call of AWS reaches, and whether its signature, or none, is good for that service."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from stackwright.emulator.launcher.guard.claims import Claim, Failure
from stackwright.emulator.launcher.guard.request import Request
from stackwright.emulator.launcher.guard.sigv4 import ALGORITHM
from stackwright.emulator.launcher.guard.verifier import Signed
from stackwright.emulator.launcher.patching import Patcher

_UNSIGNED = tomllib.loads(Path(__file__).with_name("unsigned.toml").read_text())
_TARGETS = frozenset(f"{prefix}.{name}" for prefix, names in _UNSIGNED["targets"].items() for name in names)
_ACTIONS = {action: service for service, actions in _UNSIGNED["actions"].items() for action in actions}
_MISSING = Failure("MissingAuthenticationToken", "Missing Authentication Token")
# Services that MiniStack tells apart by their operations, while AWS signs them by one name.
_SIGNED_AS = {"dynamodbstreams": "dynamodb", "cloudcontrol": "cloudcontrolapi"}
_S3 = ("s3", "s3express", "s3-object-lambda", "s3-outposts")
_HOST_REGION = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")
_FORM = "application/x-www-form-urlencoded"


class Targets:
    """Asks MiniStack's router, which decides in the end."""

    def __init__(self, patcher: Patcher) -> None:
        self._patcher = patcher
        self._known: dict[str, bool] = {}
        patcher.require("ministack.app", "_RDS_DATA_PATHS _is_ecr_registry_path _s3_cors_target")
        patcher.require("ministack.core.router", "detect_service extract_access_key_id")
        patcher.require("ministack.core.iam_actions", "extract_iam_action")

    def service(self, request: Request, body: bytes = b"") -> str:
        """MiniStack's name of the service that it will send the request to."""
        return self._router.detect_service(request.method, request.path, request.headers, _parameters(request, body))

    def action(self, request: Request, service: str) -> str:
        """The IAM action of a call, as far as it can be told without its body."""
        known = self._patcher.module("ministack.core.iam_actions")
        arguments = (request.method, request.path, dict(request.headers), b"", request.parameters())
        return known.extract_iam_action(service, *arguments) or ""

    def anonymous(self, request: Request, body: bytes) -> Failure | None:
        """Why a request without a signature is refused; None when AWS, or a policy, may let it in.

        Objects and queues pass here: whether their policy lets everybody in is checked where it is kept.
        """
        if "authorization" in request.headers or self._own_route(request):
            return _MISSING
        target = request.headers.get("x-amz-target", "")
        service = self.service(request, body)
        if target:
            return None if target in _TARGETS or service == "sqs" else _MISSING
        actions = _parameters(request, body).get("Action", [])
        if service == "sqs":
            return None
        if actions:
            known = len(actions) == 1 and _ACTIONS.get(actions[0]) == service
            return None if known and (service != "sns" or request.method == "GET") else _MISSING
        return None if service == "s3" and self._names_a_bucket(request) else _MISSING

    def _names_a_bucket(self, request: Request) -> bool:
        """Nobody lists all buckets, or makes one, without saying who he is: no policy is there to allow it."""
        if self._patcher.module("ministack.app")._s3_cors_target(request.host, request.path) is not None:
            return True
        return request.path.strip("/") != "" and request.method != "PUT"

    def misdirected(self, request: Request, signed: Signed, body: bytes) -> Failure | None:
        """Why a signature is not good for this call; None when it is."""
        extracted = self._router.extract_access_key_id(dict(request.headers), request.parameters())
        if extracted != signed.claim.access_key:
            return Failure("SignatureDoesNotMatch", "The request names two access keys.")
        actual = self.service(request, body)
        if not isinstance(signed.claim, Claim):
            return None if actual == "s3" and not self._own_route(request) else _wrong_scope("s3")
        scope = signed.claim.scope
        wanted = self._own_route(request)
        if wanted:
            return None if scope.service in wanted else _wrong_scope(wanted[0])
        if actual == "s3":
            return None if scope.service in _S3 else _wrong_scope("s3")
        region = _HOST_REGION.search(request.host.partition(":")[0])
        if region is not None and region[1] != scope.region:
            return Failure("SignatureDoesNotMatch", f"Credential should be scoped to a valid region: '{region[1]}'.")
        return None if self._signed_for(request, signed.claim, actual, body) else _wrong_scope(actual)

    def _signed_for(self, request: Request, claim: Claim, actual: str, body: bytes) -> bool:
        name = claim.scope.service
        if not self._is_known(name):
            return False
        if not claim.presigned and "x-amz-target" not in request.headers:
            return True  # the router went by the scope itself
        headers = {"authorization": f"{ALGORITHM} Credential=key/date/region/{name}/aws4_request"}
        headers |= {"host": request.host}
        expected = self._router.detect_service(request.method, request.path, headers, _parameters(request, body))
        return actual == expected or _SIGNED_AS.get(actual) == expected

    def _is_known(self, name: str) -> bool:
        """Whether MiniStack knows a service that is signed by this name; it takes all others for S3."""
        if name not in self._known:
            headers = {"authorization": f"{ALGORITHM} Credential=key/date/region/{name}/aws4_request"}
            self._known[name] = self._router.detect_service("POST", "/", headers, {}) != "s3"
        return self._known[name]

    def _own_route(self, request: Request) -> tuple[str, ...]:
        """The service names that a path of its own, which no router looks at, can be signed with."""
        app, path = self._patcher.module("ministack.app"), request.path
        if path == "/WriteGetObjectResponse":
            return ("s3-object-lambda",)
        if path.startswith("/iceberg"):
            return "s3tables", "glue"
        if path.startswith("/v20180820/"):
            return ("s3",)
        if path in app._RDS_DATA_PATHS:
            return ("rds-data",)
        if path.startswith("/v2/email"):
            return ("ses",)
        if app._is_ecr_registry_path(path):
            return ("ecr",)
        return ()

    @property
    def _router(self) -> Any:
        return self._patcher.module("ministack.core.router")


def _parameters(request: Request, body: bytes) -> dict[str, list[str]]:
    """Query and form together, as MiniStack puts them together; each value counts."""
    found = request.parameters()
    if body and request.headers.get("content-type", "").startswith(_FORM):
        for name, values in parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).items():
            found[name] = [*found.get(name, []), *values]
    return found


def _wrong_scope(service: str) -> Failure:
    return Failure("SignatureDoesNotMatch", f"Credential should be scoped to correct service: '{service}'.")
