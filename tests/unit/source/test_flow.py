"""Outputs are followed through functions, classes and modules, and only where they really go."""

from __future__ import annotations

from pathlib import Path

from tests.support.marked_programs import check


def test_through_functions_classes_and_containers(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        import functools
        from dataclasses import dataclass, field
        from typing import NamedTuple, TypedDict
        import pulumi
        import pulumi_aws as aws

        fleet = aws.sqs.Queue("fleet")

        def arn_of(queue):
            return queue.arn

        def label(value, suffix="-x"):
            return f"{value}{suffix}"  #! f-string

        label("a")
        label(arn_of(fleet))

        def default(value=fleet.arn):
            return value + "/*"  #! concatenation

        default()

        @dataclass
        class Part:
            name: str
            arn: pulumi.Input[str]
            more: list = field(default_factory=list)

            @property
            def text(self):
                return f"{self.name}: {self.arn}"  #! f-string

            def plain(self):
                return f"{self.name}"

        part = Part("a", arn=fleet.arn)
        part.text
        part.plain()

        class Pair(NamedTuple):
            left: str
            right: pulumi.Output

        pair = Pair("a", fleet.url)
        left, right = pair.left, pair.right
        f"{left}"
        f"{right}"  #! f-string

        class Options(TypedDict):
            arn: str

        options: Options = Options(arn=fleet.arn)
        str(options["arn"])  #! str

        class Base:
            def __init__(self, **kwargs):
                self.arn = kwargs["arn"]
                self.name = kwargs.get("name", "n")

            def show(self):
                return "%s" % self.arn  #! percent

        class Child(Base):
            def __init__(self, queue):
                super().__init__(arn=queue.arn)

        Child(fleet).show()

        queues = {name: aws.sqs.Queue(name) for name in ("a", "b")}
        for name, queue in queues.items():
            f"{name}"
            f"{queue.arn}"  #! f-string
        arns = [queue.arn for queue in queues.values()]
        "{}".format(arns[0])  #! format
        first, *others = arns
        str(first)  #! str
        url = functools.partial(label, fleet.url)
        url()
        show = lambda value: f"{value}"  #! f-string
        list(map(show, arns))

        def later():
            yield fleet.arn

        for each in later():
            f"{each}"  #! f-string

        def either(wanted):
            if wanted:
                return fleet.arn
            return "*"

        f"{either(pulumi.Config().get_bool('x'))}"  #! f-string
        text = None
        for queue in queues.values():
            text = queue.arn
        if text is not None:
            f"{text}"  #! f-string

        def wrapped(function):
            def inner(*args, **kwargs):
                return function(*args, **kwargs)
            return inner

        @wrapped
        def shown(arn):
            return f"{arn}"  #! f-string

        shown(fleet.arn)
        """,
    )


def test_through_the_modules_of_a_project(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        import pulumi
        from infra import storage
        from infra.naming import describe as told
        import infra.compute as compute

        store = storage.Store("s")
        told(store.bucket.arn)
        told("plain")
        compute.worker(store)
        """,
        infra__dot____init__="",
        infra__dot__storage="""
        import pulumi
        import pulumi_aws as aws
        from .naming import PREFIX

        class Store(pulumi.ComponentResource):
            def __init__(self, name, opts=None):
                super().__init__("shop:index:Store", name, None, opts)
                self.bucket = aws.s3.Bucket(f"{PREFIX}-{name}", opts=pulumi.ResourceOptions(parent=self))
                self.objects = f"{self.bucket.arn}/*"  #! f-string
                self.register_outputs({})
        """,
        infra__dot__naming="""
        PREFIX = "shop"

        def describe(arn):
            return "arn " + arn  #! concatenation
        """,
        infra__dot__compute="""
        from __future__ import annotations
        from typing import TYPE_CHECKING
        import json
        import pulumi_aws as aws
        if TYPE_CHECKING:
            from .storage import Store

        def worker(store: Store):
            policy = json.dumps({"Resource": store.bucket.arn})  #! json
            return aws.iam.RolePolicy("p", role="r", policy=policy)

        def unused(queue: aws.sqs.Queue, name: str):
            return f"{name}{queue.arn}"  #! f-string
        """,
    )


def test_a_helper_may_ask_whether_it_was_given_something(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        import pulumi
        import pulumi_aws as aws
        key = aws.kms.Key("k")

        def one(arn=None):
            if arn:
                pass
            return arn or "alias/aws/sqs"

        def two(arn):
            return arn or "x"

        def three(arn):
            return arn or "x"  #! condition

        one(key.arn)
        one()
        two(key.arn)
        two(None)
        three(key.arn)
        """,
    )


def test_what_is_made_in_an_apply_by_a_component_is_said_once(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        import pulumi
        import pulumi_aws as aws

        class Site(pulumi.ComponentResource):
            def __init__(self, name, arn):
                super().__init__("a:b:Site", name)
                aws.s3.Bucket(name, opts=pulumi.ResourceOptions(parent=self))

        def attach(args):
            Site("inner", args[0])  #! resource-in-apply

        topic = aws.sns.Topic("t")
        pulumi.Output.all(topic.arn).apply(attach)
        Site("outer", topic.arn)
        """,
    )


def test_files_that_are_no_python_are_named(tmp_path: Path) -> None:
    from tests.support.marked_programs import reading

    found = reading(
        tmp_path, "import broken\nimport pulumi_aws as aws\nf'{aws.sqs.Queue(\"q\").arn}'\n", broken="def (:\n"
    )
    assert [(problem.file, problem.line) for problem in found.problems] == [("broken.py", 1)]
    assert len(found.facts) == 1
    assert reading(tmp_path, "x = \0").problems


def test_programs_that_never_end_are_read_to_an_end(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        import pulumi_aws as aws
        while True:
            queue = aws.sqs.Queue("q")

        def again(n):
            return again(n + 1) + other(n)

        def other(n):
            return again(n) if n else other(n - 1)

        again(1)
        """,
    )
