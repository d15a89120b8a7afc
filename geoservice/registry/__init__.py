"""The register: queries and commands per noun, versions, names of things, revisions and audit."""
