"""Questions answered directly: free land by a date, what changed, what contradicts itself, lists asked for by name.

Each file answers one question: a pure kernel over records, and a function that reads them through the registry
for a principal. Whatever a role does not see in the collections it does not learn here.
"""
