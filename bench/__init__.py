"""Measurements: the same turn by our app, and by a small app in the style of Chainlit's cookbook.

python -m bench                # all parts, into bench/results.md
python -m bench server_cpu     # one part, printed only
"""
