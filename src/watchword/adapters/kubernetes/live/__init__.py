"""A live cluster as a front-end of the inventory: listed through its API, read as the manifests that it holds.

    collector (lists what `resources` names, by `session`) -> objects without secrets (`trimming`), in a file by
    `evidence` or in memory
    reader (makes manifests of them) -> a `Reading`, in canonical words by the shapes of manifests

Nothing is imported here: who scans files pays neither for the client nor for the tables.
"""
