"""What differs between the environments of a project: their settings, and the graphs that come of them.

Pure: it reads graphs and configuration values, and runs nothing. A difference is `allowed` because the project declares
it or because it follows from a setting that it declares; `forbidden` because it does neither, or weakens what protects;
and without a declaration it is just `shown`.
"""
