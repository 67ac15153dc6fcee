"""The content security policy of a whole page.

It is a second wall: the fragment is safe by itself, and a browser that meets something
overlooked still runs no script of the text's, sends nothing to a host of the text's and
submits no form.  MathJax needs inline style elements (not attributes) and, for speech, a
worker made from a ``blob:``.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

_HERE = "'self'"  # Chromium, Firefox and WebKit let it match beside a page on disk, too


def content_policy(*, hosts: str, scripts: str, images: str | tuple[str, ...]) -> str:
    """The policy as one line of ASCII.

    ``hosts`` are the sources of styles, fonts and workers, ``scripts`` those of scripts, both
    ``""`` for a page without any; ``images`` is the option of that name.
    """
    shown = _image_sources(images)
    rules = [
        "default-src 'none'",
        f"style-src-elem 'unsafe-inline' {hosts}".rstrip(),
        "style-src-attr 'none'",
        f"script-src {scripts}" if scripts else "",
        f"font-src {hosts}" if scripts else "",
        f"connect-src {hosts}" if scripts else "",
        f"worker-src blob: {hosts}" if scripts else "",
        f"img-src {shown}" if shown else "",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(filter(None, rules))


def host_source(folder: str) -> str:
    """The source for what lies below the address ``folder``; a relative one is the page's own."""
    parts = urlsplit(folder)
    if not parts.netloc:
        return _HERE
    host = quote(parts.netloc.rpartition("@")[2], safe=":[]")
    path = quote(parts.path.rstrip("/"), safe="/@%+~")  # no ";" or ",", which end a rule
    return f"{parts.scheme or 'https'}://{host}{path}/"


def _image_sources(images: str | tuple[str, ...]) -> str:
    if isinstance(images, tuple):  # a prefix may end in the middle of a name, a source may not
        return " ".join(dict.fromkeys(host_source(_folder(prefix)) for prefix in images))
    return {"link": "", "same-origin": _HERE}.get(images, "* data:")


def _folder(prefix: str) -> str:
    parts = urlsplit(prefix)
    return parts._replace(path=parts.path.rpartition("/")[0], query="", fragment="").geturl()
