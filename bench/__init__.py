"""The measurements: the same turn both ways, by our app and by a small app in the style of Chainlit's cookbook.

python -m bench                # all of it, into bench/results.md
python -m bench server_cpu     # one part, on the screen only
"""
