"""Access keys: those of the accounts' roots, which only this process makes, and those that MiniStack has given out."""

from __future__ import annotations

import base64
import secrets
import threading
from dataclasses import dataclass
from typing import Any

from stackwright.emulator.launcher.guard.claims import Failure
from stackwright.emulator.launcher.patching import Patcher

_UNKNOWN = Failure("UnrecognizedClientException", "The security token included in the request is invalid.")


@dataclass(frozen=True, slots=True)
class RootKey:
    """The access key of an account's root."""

    account: str
    access_key: str
    secret_key: str

    def as_json(self) -> dict[str, str]:
        return {"access_key": self.access_key, "secret_key": self.secret_key}


class Roots:
    """One random key per account, made when first asked for; a new start of the emulator makes others."""

    def __init__(self) -> None:
        self._by_account: dict[str, RootKey] = {}
        self._by_key: dict[str, RootKey] = {}
        self._lock = threading.Lock()

    def of(self, account: str) -> RootKey:
        """The key of an account."""
        with self._lock:
            found = self._by_account.get(account)
            if found is None:
                name = base64.b32encode(secrets.token_bytes(10)).decode()
                found = RootKey(account, f"AKIA{name}", secrets.token_urlsafe(30))
                self._by_account[account] = self._by_key[found.access_key] = found
        return found

    def find(self, access_key: str) -> RootKey | None:
        """The key with this id."""
        return self._by_key.get(access_key)


class Credentials:
    """Looks up what belongs to an access key, as MiniStack stores it."""

    def __init__(self, patcher: Patcher) -> None:
        self._patcher = patcher
        patcher.require("ministack.core.responses", "_account_from_sts_session")

    def __call__(self, access_key: str, token: str) -> Any:
        """MiniStack's record of a key and its session token, or a `Failure`."""
        evaluator = self._patcher.module("ministack.core.iam_evaluator")
        responses = self._patcher.module("ministack.core.responses")
        try:
            account = evaluator.find_iam_access_key_account(access_key)
        except evaluator.AmbiguousAccessKeyError:
            return _UNKNOWN
        # A key of a session names its account itself; keys of users and roots were found above.
        account = account or responses._account_from_sts_session(access_key)
        if account is None:
            return _UNKNOWN
        found = evaluator.resolve_credential(access_key, account, token)
        if not isinstance(found, evaluator.CredentialResolutionError):
            return found
        if found.code == "InvalidToken" and not token:
            return _UNKNOWN  # AWS takes a session's key without its token for no key at all
        return Failure(found.code, found.message)
