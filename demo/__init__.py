"""The demo: the traffic of three airports, billed as a company would have billed it.

It is told with the operations and workflows that operators use, and writes nothing past them.
"""
