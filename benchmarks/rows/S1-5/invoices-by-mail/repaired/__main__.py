from mailbox import Mailbox

import pulumi

box = Mailbox("mails", place="processed/")
pulumi.export("mails", box.bucket.bucket)
