"""A live account of AWS as a front-end of the inventory: collected through its APIs, read from what they answered.

    collector (asks what the tables of `services` name, by `session`) -> answers, in a file by `evidence` or in memory
    reader (walks the same tables over the answers) -> a `Reading`, in canonical words by the shapes of `services`

Nothing is imported here: who scans files does not pay for the tables, and who reads a file of answers not for the SDK.
"""
