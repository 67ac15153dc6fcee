"""Web frameworks: what their pages say in the head, static files, answers that are being written.

``web`` and ``events`` know no framework; ``flask``, ``django`` and ``starlette`` are thin and
import theirs when they are imported themselves.
"""
