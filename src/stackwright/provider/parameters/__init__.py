"""What AWS would refuse, found before it is asked.

botocore's own check looks at names, types and the least length alone. The models that come with it say more, and
`data/limits` holds what AWS documents and no model says.
"""
