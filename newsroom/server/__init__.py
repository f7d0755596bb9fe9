"""What stands between the server and Django: limits on bodies, lanes of threads, slow readers cut off.

A connection costs a thread only once its request is whole and within its limits. Knows WSGI and ASGI, and nothing of
the newsroom but what `newsroom/asgi.py` hands it.
"""
