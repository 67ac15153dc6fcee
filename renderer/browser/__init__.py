"""The only package that knows a browser: find or install Chromium, drive it, watch what it does.

- ``find``: which Chromium is there?
- ``fonts``: which fonts can it draw with?
- ``install``: put what is missing onto the machine
- ``session``: start it, open tabs, record errors and requests
- ``server``: files of a folder on the loopback address
- ``process``: a program that ends in time, with everything it started

Playwright (``pip install 'mathward[visual]'``) is imported at first use, in ``session`` alone.
"""
