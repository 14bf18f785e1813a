"""Texts are found by the service's model, and nothing else is touched."""

from __future__ import annotations

import pytest

from stackwright.emulator.launcher.xml_answers import XmlAnswers

TAGS = (
    "<GetRoleResult><Role><RoleName>r</RoleName>"
    "<Tags><member><Key>k</Key><Value>{}</Value></member></Tags></Role></GetRoleResult>"
)
ATTRIBUTES = (
    "<GetTopicAttributesResult><Attributes><entry><key>k</key><value>{}</value></entry></Attributes>"
    "</GetTopicAttributesResult>"
)
INSTANCES = (
    "\n <reservationSet><item><instancesSet><item><tagSet><item><key>k</key><value>{}</value></item></tagSet>"
    "<reason/></item></instancesSet></item></reservationSet>"
)


@pytest.mark.parametrize(
    ("service", "operation", "answer"),
    [("iam", "GetRole", TAGS), ("sns", "GetTopicAttributes", ATTRIBUTES), ("ec2", "DescribeInstances", INSTANCES)],
)
def test_texts_in_structures_lists_and_maps_are_escaped(service: str, operation: str, answer: str) -> None:
    answers = XmlAnswers(service, escapes=False)
    assert answers.escaped(operation, answer.format("a & <b>b</b>")) == answer.format("a &amp; &lt;b&gt;b&lt;/b&gt;")
    assert answers.escaped(operation, answer.format("plain")) == answer.format("plain")


@pytest.mark.parametrize(
    ("escapes", "expected"), [(True, "a &amp; b &amp; c &#10;"), (False, "a &amp; b &amp;amp; c &amp;#10;")]
)
def test_what_is_escaped_already_stays_where_the_service_escapes(escapes: bool, expected: str) -> None:
    answers = XmlAnswers("iam", escapes=escapes)
    assert answers.escaped("GetRole", TAGS.format("a & b &amp; c &#10;")) == TAGS.format(expected)


@pytest.mark.parametrize(
    ("operation", "answer"),
    [("NoSuchOperation", "<a>&</a>"), ("GetRole", "text"), ("GetRole", "<GetRoleResult><Role>"), ("DeleteRole", "")],
)
def test_what_the_model_does_not_know_stays(operation: str, answer: str) -> None:
    assert XmlAnswers("iam", escapes=False).escaped(operation, answer) == answer
