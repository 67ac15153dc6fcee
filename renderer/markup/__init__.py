"""HTML that others wrote, read with offsets: tags, open elements, runs of text, the head.

Next hop: :mod:`renderer.shield`, which looks for formulas in the runs.
"""
