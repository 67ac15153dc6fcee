"""Visual regression of pages with formulas: what a page shows now against what it showed before.

Pure parts; the pictures are taken by :mod:`renderer.browser.shots`.

- ``model``: the data: what is shot, what was seen, what has changed
- ``fingerprint``: may pixels of two machines be compared?
- ``pixels``: pictures: hashes, crops, what differs
- ``compare``: two captures -> the changes, formula by formula
- ``baselines``: the folder in which what was seen before is kept
"""
