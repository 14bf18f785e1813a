"""What tests of a system need: questions about what its program registers, and the system running on this machine.

    program = Program.of(PROJECT)                            # in milliseconds, against made-up answers of AWS
    assert program.inputs("files-bucket")["forceDestroy"] is False

    with running(CommandLine(home), PROJECT) as stack:       # brought up by `stackwright up`, IAM enforced
        stack.outputs["api_url"]

`eventually` waits for a condition, `roles` takes permissions away for a while, `odd_requests` asks an API what no
client should, `browser` opens pages. Tests of handlers in memory have `stackwright_handlers.testing`.
"""
