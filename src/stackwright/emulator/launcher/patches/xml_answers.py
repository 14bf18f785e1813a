"""Texts in XML answers are escaped.

AWS: a description, a tag or an error's message may have `&` and `<` in it.
https://www.w3.org/TR/xml/#syntax
MiniStack: puts many of them into its answers as they are, and the client cannot read the answer.
Here: what stands between the tags of a text is escaped, and so are the messages of errors.
"""

from __future__ import annotations

from typing import Any, Final

from stackwright.emulator.launcher.patching import Patcher
from stackwright.emulator.launcher.shared import SharedState
from stackwright.emulator.launcher.xml_answers import XmlAnswers, escape_rest

# Module -> botocore's name, whether the module escapes some texts itself, parameters of `_xml`, and of `_error` if that
# does not escape. STS uses the functions of IAM, with its own name as `ns`, and escapes most messages itself.
_MODULES: Final = {
    "alb": ("elbv2", True, "status action inner", None),
    "autoscaling": ("autoscaling", True, "status root_tag inner", "code message status"),
    "cloudwatch": ("cloudwatch", True, "status root_tag inner", None),
    "documentdb": ("docdb", True, "status root_tag inner", "code message status"),
    "ec2": ("ec2", True, "status root_tag inner", "code message status"),
    "elasticache": ("elasticache", False, "status root_tag inner", "code message status"),
    "iam": ("iam", False, "status root_tag inner ns", "status code message ns"),
    "rds": ("rds", True, "status root_tag inner", "code message status"),
    "ses": ("ses", True, "status root_tag inner", None),
    "sns": ("sns", True, "status root_tag inner", None),
}


def apply(patcher: Patcher, shared: SharedState) -> None:
    """Register the patch."""
    del shared
    for name in _MODULES:
        patcher.on_import(f"ministack.services.{name}", lambda module, name=name: _patch(patcher, module, name))


def _patch(patcher: Patcher, module: Any, name: str) -> None:
    service, escapes, of_answer, of_error = _MODULES[name]
    own, sts = XmlAnswers(service, escapes=escapes), XmlAnswers("sts", escapes=True)

    def answer(status: int, root: str, inner: str, ns: str = service) -> Any:
        answers = sts if ns == "sts" else own
        content = answers.escaped(root.removesuffix("Response"), inner)
        return write(status, root, content, *([ns] if "ns" in of_answer else []))

    def error(*given: Any, **named: Any) -> Any:
        values = dict(zip(str(of_error).split(), given, strict=False)) | named
        return refuse(**{**values, "message": escape_rest(str(values["message"]))})

    write = patcher.replace(module, "_xml", answer, parameters=of_answer)
    if of_error is not None:
        refuse = patcher.replace(module, "_error", error, parameters=of_error)
