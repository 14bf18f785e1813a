from mailbox import Mailbox

import pulumi

box = Mailbox("mails", place="process/")
pulumi.export("mails", box.bucket.bucket)
