"""Stack configuration."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from stackwright.engine.project import pulumi_yaml as projects
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.errors import ProjectError

Make = Callable[..., Project]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make(stack: str = "", project: str = "", name: str = "dev") -> Project:
        (tmp_path / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\n{project}")
        (tmp_path / "__main__.py").write_text("")
        (tmp_path / f"Pulumi.{name}.yaml").write_text(stack)
        return projects.load(tmp_path)

    return make


def test_values_become_text_as_the_sdk_wants_them(make: Make) -> None:
    config = make(
        """
config:
  shop:text: hello
  plain: without a namespace
  shop:int: 3
  shop:float: 1.5
  shop:bool: true
  shop:list: [1, "1", {a: b}]
  shop:object: {deep: [true]}
  shop:null:
  shop:date: 2026-01-31
  shop:on: yes
  shop:zip: "01234"
  aws:region: eu-west-1
  aws:defaultTags: {tags: {Team: a}}
"""
    ).config("dev")
    assert config.values == {
        "shop:text": "hello",
        "shop:plain": "without a namespace",
        "shop:int": "3",
        "shop:float": "1.5",
        "shop:bool": "true",
        "shop:list": '[1,"1",{"a":"b"}]',
        "shop:object": '{"deep":[true]}',
        "shop:null": "",
        "shop:date": "2026-01-31",
        "shop:on": "yes",
        "shop:zip": "01234",
        "aws:region": "eu-west-1",
        "aws:defaultTags": '{"tags":{"Team":"a"}}',
    }
    assert config.of("aws") == {"region": "eu-west-1", "defaultTags": {"tags": {"Team": "a"}}}
    assert config.secret_keys == frozenset()


SCHEMA = """
config:
  size: {type: integer, default: 3}
  zones: {type: array, items: {type: string}, default: [a, b]}
  secretive: {type: string, default: s, secret: true}
  needed: {type: boolean}
  old-style: value
  aws:region: {value: us-west-2}
"""


def test_project_defaults_stack_values_and_overrides(make: Make) -> None:
    project = make("config: {needed: true, size: 4}", SCHEMA)
    config = project.config("dev", {"zones": '["c"]', "aws:region": "eu-north-1"})
    assert config.values == {
        "shop:size": "4",
        "shop:zones": '["c"]',
        "shop:secretive": "s",
        "shop:needed": "true",
        "shop:old-style": "value",
        "aws:region": "eu-north-1",
    }
    assert config.secret_keys == {"shop:secretive"}


@pytest.mark.parametrize(
    ("stack", "overrides", "what"),
    [
        ("", {}, "stack dev does not set the config that Pulumi.yaml requires: needed"),
        ("config: {needed: maybe}", {}, "the config needed of stack dev must be of type boolean, not 'maybe'"),
        ("config: {needed: true, size: big}", {}, "must be of type integer, not 'big'"),
        ("config: {needed: true, size: true}", {}, "must be of type integer, not True"),
        ("config: {needed: true, zones: [[1]]}", {}, "must be of type array, not [[1]]"),
        ("config: {needed: true, secretive: [x]}", {}, "must be of type string, not another"),
        ("config: {needed: true}", {"zones": "c"}, "must be of type array, not 'c'"),
    ],
)
def test_values_that_do_not_fit_their_declaration(make: Make, stack: str, overrides: dict[str, str], what: str) -> None:
    with pytest.raises(ProjectError) as caught:
        make(stack, SCHEMA).config("dev", overrides)
    assert what in caught.value.what
    assert caught.value.fix


@pytest.mark.parametrize("text", ["true", "false", "7", "-2", "x"])
def test_overrides_keep_their_text(make: Make, text: str) -> None:
    assert make().config("dev", {"k": text}).values == {"shop:k": text}


def test_a_type_that_does_not_exist(make: Make) -> None:
    with pytest.raises(ProjectError, match="unknown type 'number'"):
        make("", "config: {x: {type: number}}")


@pytest.mark.parametrize(
    ("stack", "what"),
    [
        ("environment: [prod]", "imports Pulumi ESC environments"),
        ("config: [1]", "`config` must be a mapping"),
        ("a: [", "cannot read Pulumi.dev.yaml"),
        ("- a", "must be a mapping"),
    ],
)
def test_stack_files_that_cannot_be_used(make: Make, stack: str, what: str) -> None:
    with pytest.raises(ProjectError, match=what):
        make(stack).config("dev")


# ---- secrets ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sealed() -> tuple[str, str]:
    """`encryptionsalt` and a `secure` value, as `pulumi config set --secret` writes them."""
    salt = os.urandom(8)
    cipher = AESGCM(hashlib.pbkdf2_hmac("sha256", b"open sesame", salt, 1_000_000))

    def seal(plain: str) -> str:
        nonce = os.urandom(12)
        text = cipher.encrypt(nonce, plain.encode(), None)
        return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(text).decode()}"

    return f"v1:{base64.b64encode(salt).decode()}:{seal('pulumi')}", seal("hunter2")


def stack_with(sealed: tuple[str, str]) -> str:
    salt, value = sealed
    return (
        f"encryptionsalt: {salt}\nconfig:\n  shop:flat: {{secure: '{value}'}}\n"
        f"  shop:nested: {{user: me, keys: [{{secure: '{value}'}}]}}\n  shop:open: 1\n"
    )


def test_secrets_with_the_passphrase(make: Make, sealed: Any, monkeypatch: Any, tmp_path: Path) -> None:
    project = make(stack_with(sealed))
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "open sesame")
    config = project.config("dev")
    assert config.values["shop:flat"] == "hunter2"
    assert config.values["shop:nested"] == '{"user":"me","keys":["hunter2"]}'
    assert config.secret_keys == {"shop:flat", "shop:nested"}
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    (tmp_path / "phrase").write_text("open sesame\n")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(tmp_path / "phrase"))
    assert project.config("dev").values == config.values


def test_no_passphrase(make: Make, sealed: Any, monkeypatch: Any) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)
    with pytest.raises(ProjectError, match="no passphrase is set") as caught:
        make(stack_with(sealed)).config("dev")
    assert "PULUMI_CONFIG_PASSPHRASE" in caught.value.fix
    config = make(stack_with(sealed)).config("dev", {"flat": "x", "nested": "{}"})
    assert config.values == {"shop:flat": "x", "shop:nested": "{}", "shop:open": "1"}


def test_wrong_passphrase_file_and_salt(make: Make, sealed: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    with pytest.raises(ProjectError, match="the passphrase is wrong"):
        make(stack_with(sealed)).config("dev")
    with pytest.raises(ProjectError, match="`encryptionsalt` is malformed"):
        make(stack_with(("v1:nonsense", sealed[1]))).config("dev")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "open sesame")
    with pytest.raises(ProjectError, match="the secret shop:flat cannot be decrypted"):
        make(stack_with((sealed[0], "v1:AAAA:BBBB"))).config("dev")
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", "/nowhere/phrase")
    with pytest.raises(ProjectError, match="cannot read the passphrase file"):
        make(stack_with(sealed)).config("dev")


@pytest.mark.parametrize(("line", "who"), [("secretsprovider: awskms://alias/x\n", "awskms"), ("", "Pulumi service")])
def test_secrets_that_a_service_has_encrypted(make: Make, line: str, who: str) -> None:
    with pytest.raises(ProjectError, match=who) as caught:
        make(f"{line}config:\n  shop:s: {{secure: v1:AAAA:BBBB}}\n").config("dev")
    assert "-c KEY=VALUE" in caught.value.fix
