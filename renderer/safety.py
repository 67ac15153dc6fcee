"""What may come through from untrusted text: addresses and raw HTML tags.

Addresses are judged as a browser reads them: C0 controls and spaces stripped at the ends,
tab and line ends dropped inside, a backslash read as a slash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import unquote, urlsplit

_ENDS: Final = "".join(map(chr, range(0x21)))
_DROPPED = re.compile(r"[\t\r\n]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB: Final = frozenset({"http", "https"})
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_SAFE_SCHEMES: Final = frozenset({"http", "https", "mailto"})
# Begins only where a run of its characters does, so that a long run is read once.
_HOST_IN_TEXT = re.compile(
    r"(?<![a-z0-9.-])((?:[a-z0-9-]++\.)+[a-z]{2,})(?![a-z0-9])"
    r"|(?<![a-z0-9.-])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?![a-z0-9.])|//([a-z0-9-]++)(?=[/?#:\s]|\Z)",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?::0*(?P<port>[0-9]{0,5}))?")
_LAST_PORT: Final = 65_535
_NO_HOST = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_TEXT_READ: Final = 2_000  # characters of a link's text in which hosts are looked for
EXTERNAL_REL: Final = "nofollow noopener noreferrer ugc"


def normalised(url: str) -> str:
    """``url`` as a browser's parser begins with it."""
    return _DROPPED.sub("", url.strip(_ENDS))


def scheme(url: str) -> str:
    """The scheme in lower case, ``""`` for a relative reference."""
    found = _SCHEME.match(normalised(url))
    return found[1].lower() if found else ""


def own_fragment(href: str, prefix: str) -> str:
    """``#intro`` as ``#md-intro``: where the author means an id of the text, it has our prefix."""
    name = href[1:]
    if not name or name == "top" or name.startswith((prefix, ":~:")):
        return href
    return f"#{prefix}{name}"


def is_external(url: str) -> bool:
    """Whether ``url`` may leave the page's own host."""
    if scheme(url):
        return True
    return normalised(url).replace("\\", "/").startswith("//")


def is_safe_link(url: str) -> bool:
    """Absolute addresses only http, https, mailto; relative ones and fragments pass.

    An address of the web has to be one: for a host or a port that cannot be, a browser leaves the
    page for an empty one.
    """
    name = scheme(url)
    if name in _WEB or (not name and is_external(url)):
        return _is_authority(_authority(url))
    return name in _SAFE_SCHEMES or not name


def _is_authority(authority: str) -> bool:
    """As the URL standard reads it (https://url.spec.whatwg.org/#host-parsing)."""
    found = _AUTHORITY.fullmatch(authority.rpartition("@")[2])
    if not found or int(found["port"] or 0) > _LAST_PORT:
        return False
    name = unicodedata.normalize("NFKC", unquote(found["host"]))
    if name.startswith("["):
        return _is_v6(name[1:-1])
    if not name or _NO_HOST.search(name):
        return False
    labels = name.removesuffix(".").split(".")
    return not _NUMBER.fullmatch(labels[-1]) or _is_v4(labels)


def _is_v4(labels: Sequence[str]) -> bool:
    """One to four numbers, also octal and hexadecimal; the last one fills what is left."""
    if len(labels) > 4 or not all(map(_NUMBER.fullmatch, labels)):
        return False
    try:
        *first, last = map(_number, labels)
    except ValueError:
        return False
    return all(number < 256 for number in first) and last < 256 ** (5 - len(labels))


def _number(label: str) -> int:
    if label[:2] in ("0x", "0X"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label[0] == "0" else 10)


def _is_v6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone, which browsers do not know


def host(url: str) -> str:
    """The host of an external address as the browser asks for it, ``""`` if there is none."""
    if not is_external(url):
        return ""
    try:
        name = unquote(urlsplit(_with_authority(url)).hostname or "").lower()
    except ValueError:
        return ""
    try:
        return name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        return name


def _with_authority(url: str) -> str:
    """``url`` with two slashes before its host: browsers mind neither one nor five of them."""
    address = normalised(url).replace("\\", "/")
    name = scheme(url)
    if name in _WEB or not name:
        return f"{name or 'https'}://{address[len(name) + bool(name) :].lstrip('/')}"
    return address


def _authority(url: str) -> str:
    return re.split(r"[/?#]", _with_authority(url).partition("//")[2], maxsplit=1)[0]


def is_disguised(url: str) -> bool:
    """Whether an address looks like another: it has userinfo, or a host in another script."""
    return "@" in _authority(url) or "xn--" in host(url)


def is_misleading(url: str, text: str) -> bool:
    """Whether a link's text shows another host than it leads to, or its address is disguised."""
    target = host(url)
    if not target:
        return False
    shown = (found[found.lastindex or 0].lower() for found in _HOST_IN_TEXT.finditer(_read(text)))
    return is_disguised(url) or any(not _is_same_site(name, target) for name in shown)


def _read(text: str) -> str:
    """``text`` as it looks: full-width letters as usual ones, without what is invisible."""
    folded = unicodedata.normalize("NFKC", text[:_TEXT_READ])
    return folded if folded.isascii() else _INVISIBLE.sub("", folded)


def _is_same_site(shown: str, target: str) -> bool:
    return shown.removeprefix("www.") == target.removeprefix("www.")


def is_image_allowed(url: str, policy: str | tuple[str, ...]) -> bool:
    """Whether an image may be fetched under the ``images`` option."""
    if policy == "any":
        return True
    if policy == "link":
        return False
    if policy == "same-origin":
        return not is_external(url)
    return any(_has_prefix(url, prefix) for prefix in policy)


def _has_prefix(url: str, prefix: str) -> bool:
    """Compared after parsing: ``https://a.example@evil`` is not below ``https://a.example``."""
    if url == prefix:
        return True
    try:
        asked, allowed = urlsplit(normalised(url)), urlsplit(prefix)
        same = (asked.scheme, asked.netloc) == (allowed.scheme, allowed.netloc)
    except ValueError:
        return False
    path = asked.path or "/"
    return same and ".." not in path and "\\" not in url and path.startswith(allowed.path or "/")
