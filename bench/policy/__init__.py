"""The policy engine beside its peers: seven workloads, 10 to 100,000 policies, equal answers as the gate.

`suite.run` measures, `workloads` generates, `forms` translates, `engines/` holds one program an engine, each started in a
process of its own. This file imports nothing, because those processes import it.
"""
