"""Who is left on the default provider."""

import pytest
from checked_programs import Programs

HERE = 'home = aws.Provider("home", region="eu-west-1"{})\nopts = pulumi.ResourceOptions(provider=home)\n'
MADE = 'aws.sqs.Queue("a", opts=opts)\naws.sqs.Queue("b", opts=opts)\n'
ROLE = ', assume_roles=[{"role_arn": "arn:aws:iam::123456789012:role/deploy"}]'


@pytest.mark.parametrize(
    ("provider", "look_up"),
    [
        ("", "aws.get_availability_zones(state='available')"),
        ("", "aws.get_region_output()"),
        (ROLE, "aws.get_caller_identity()"),
    ],
)
def test_a_look_up_of_another_region_or_account_is_found(programs: Programs, provider: str, look_up: str) -> None:
    found = programs.check(f"{HERE.format(provider)}{MADE}x = {look_up}\n", "PRV102").findings

    assert [f.place.line for f in found] == [10]


@pytest.mark.parametrize(
    "look_up",
    [
        "aws.get_caller_identity()",
        "aws.get_partition()",
        "aws.get_availability_zones(opts=pulumi.InvokeOptions(provider=home))",
        "aws.iam.get_policy_document(statements=[])",
    ],
)
def test_a_look_up_with_the_same_answer_is_not(programs: Programs, look_up: str) -> None:
    assert programs.check(f"{HERE.format('')}{MADE}x = {look_up}\n", "PRV102").findings == ()


def test_a_region_that_is_the_default_providers_is_the_same(programs: Programs) -> None:
    home = HERE.format("").replace('"eu-west-1"', "aws.get_region().region")

    assert programs.check(home + MADE, "PRV102").findings == ()


NONE_IN_ITS_PLACE = [
    "p = aws.Provider('p', region='eu-west-1') if role else None\n",
    "p = None\nif role:\n    p = aws.Provider('p', region='eu-west-1')\n",
    "def make():\n    if role:\n        return aws.Provider('p', region='eu-west-1')\np = make()\n",
]


@pytest.mark.parametrize("provider", NONE_IN_ITS_PLACE)
def test_a_provider_that_may_be_none_is_found_and_one_that_is_asked_for_is_not(
    programs: Programs, provider: str
) -> None:
    program = f"role = pulumi.Config().get('role')\n{provider}"
    use = "aws.sqs.Queue('a', opts=pulumi.ResourceOptions(provider=p))\n"

    assert len(programs.check(program + use, "PRV103").findings) == 1
    assert programs.check(f"{program}if p is not None:\n    {use}", "PRV103").findings == ()


def test_a_helper_that_may_be_given_none_is_not(programs: Programs) -> None:
    program = "def queue(name, provider: aws.Provider | None = None):\n"
    program += "    return aws.sqs.Queue(name, opts=pulumi.ResourceOptions(provider=provider))\n"

    assert programs.check(program, "PRV103").findings == ()
    assert programs.check(program + "queue('a')\n", "PRV103").findings == ()
