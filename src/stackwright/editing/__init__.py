"""Changes Python source and leaves everything else of it as it is. What imports libcst is imported by whoever edits."""
