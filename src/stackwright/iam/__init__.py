"""What policies allow: documents, decisions, roles of a graph, and what the code of functions calls."""
