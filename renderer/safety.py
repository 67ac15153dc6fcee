"""What may come through from untrusted text: addresses and raw HTML tags.

Addresses are judged as a browser reads them: C0 controls and spaces stripped at the ends,
tab and line ends dropped inside, a backslash read as a slash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from . import characters

_ENDS: Final = "".join(map(chr, range(0x21)))
_DROPPED = re.compile(r"[\t\r\n]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB: Final = frozenset({"http", "https"})
_SAFE_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_RECIPIENTS: Final = frozenset({"to", "cc", "bcc"})
# Begins only where a run of its characters does, so that a long run is read once.
_ASCII_NAME = re.compile(
    r"(?<![a-z0-9.-])((?:[a-z0-9-]++\.)+[a-z]{2,})(?![a-z0-9])"
    r"|(?<![a-z0-9.-])((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?![a-z0-9.])",
    re.IGNORECASE,
)
# A name in whatever script; _folded leaves nothing beyond ASCII that could not be in one.
_NAME: Final = r"[^\x00-,/:-@\[-^`{-\x7f\s]++"
_ADDRESS: Final = rf"//(?:[^\s/?#@]*+@)?(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<named>{_NAME}))"
_WRITTEN = re.compile(rf"{_ADDRESS}|(?P<bare>{_NAME})", re.IGNORECASE)
_ADDRESS_FIRST = re.compile(rf"https?:/*{_ADDRESS}", re.IGNORECASE)
_WHOLE = re.compile(rf"({_NAME})(?=[/?#:]|\Z)")
_USER = re.compile(r"(?<![^\s<(,;:])[^\s@/<>(),;:]++@")
_MIXED_END = re.compile(r"(?<![^.])([A-Za-z0-9_-]++)[^.]++\Z")
_STOP: Final = "\u3002"  # a dot in a host as in "例え。テスト", the end of a sentence elsewhere
_NAME_ENDS: Final = f".{_STOP}-_"
# No registry has these, and texts are full of them: Node.js, main.cpp.
_FILES: Final = frozenset(
    "bib cfg cpp css csv dll exe gif hpp htm html ini ipynb jpeg jpg js json jsx log pdf php png"
    " svg tex toml ts tsx txt xml yaml yml".split()
)
# Beyond ASCII, "等.等" and "他说。我们走" have the form of hosts, "说明.md" and "脚本.sh" that of
# hosts in Moldova and on Saint Helena. So a bare name is one if it ends in a usual top level: those
# of many names, and the internationalised ones except for most everyday nouns (世界, 手机).
_TOP_LEVELS: Final = frozenset(
    """
    com net org info biz edu gov mil int name pro xyz top site online shop store app dev tech club
    vip wang bank cloud example test
    ae ai ar at au be bg br by ca ch cn co cz de dk es eu fi fr gr hk hu id ie il in io ir it jp kr
    kz me mo mx my nl no nz pt ro ru se sg sk su th tr tv tw ua uk us vn
    рф рус онлайн сайт дети орг ком москва католик укр бел мкд мон срб қаз бг ею ευ ελ հայ გე
    中国 中國 香港 台湾 台灣 澳門 澳门 新加坡 公司 网络 网址 网站 网店 商城 商店 商标 在线 中文网
    中信 政务 公益 组织机构 集团 我爱你 八卦 广东 大拿 点看
    購物 通販 微博 嘉里 谷歌 亚马逊 工行 天主教 한국 삼성 닷컴 닷넷 みんな コム クラウド グーグル
    ストア セール ファッション ポイント アマゾン テスト 测试 測試 테스트 испытание δοκιμή परीक्षा
    भारत भारतम् भारोत कॉम नेट संगठन বাংলা ভারত ভাৰত ਭਾਰਤ ભારત ଭାରତ இந்தியா இலங்கை சிங்கப்பூர் భారత్ ಭಾರತ
    ഭാരതം ලංකා ไทย คอม ລາວ ישראל קום טעסט
    قطر مصر السعودية امارات الاردن الجزائر المغرب تونس سورية سودان عمان فلسطين عراق ایران پاکستان
    بھارت بارت ڀارت اليمن البحرين موريتانيا مليسيا شبكة موقع كوم بازار همراه عرب كاثوليك ابوظبي
    """.split()
)
_LONGEST_NAME: Final = 253  # in the DNS; encoding takes the square of the length
_PLACE_SHOWN: Final = 80
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?::0*(?P<port>[0-9]{0,5}))?")
_LAST_PORT: Final = 65_535
_NO_HOST = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
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
    return _in_ascii(name)


def _in_ascii(name: str) -> str:
    """A host in Punycode as browsers write it: unlike IDNA 2003, Python's, they keep the ß."""
    if name.isascii() or len(name) > _LONGEST_NAME:
        return name
    seen = characters.UNSEEN.sub("", unicodedata.normalize("NFKC", name)).lower()
    labels = seen.replace(_STOP, ".").split(".")
    coded = (
        each if each.isascii() else f"xn--{each.encode('punycode').decode()}" for each in labels
    )
    return ".".join(coded)


def hosts(url: str) -> tuple[str, ...]:
    """The hosts that an address leads to, those of all who get a mail; none for our own."""
    if scheme(url) != "mailto":
        return tuple(filter(None, [host(url)]))
    people, _, query = normalised(url).partition(":")[2].partition("?")
    more = (value for key, value in parse_qsl(query) if key.lower() in _RECIPIENTS)
    addresses = ",".join((unquote(people), *more)).split(",")
    names = (each.rpartition("@")[2].strip(" <>").lower() for each in addresses if "@" in each)
    return tuple(dict.fromkeys(quote(_in_ascii(name), safe="[]:") for name in names if name))


def destination(url: str) -> str:
    """Where an address leads, in words that cannot be taken for another host."""
    names = hosts(url)
    if names or is_external(url):
        return ", ".join(names)
    address = normalised(url).replace("\\", "/")
    path = address if address[:1] in ("#", "?") else re.split("[?#]", address, maxsplit=1)[0]
    place = path if path[:1] in ("/", "#", "?") else f"./{path}"
    return place if len(place) <= _PLACE_SHOWN else f"{place[:_PLACE_SHOWN]}…"


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
    foreign = (name for name in hosts(url) if "xn--" in name or not name.isascii())
    return "@" in _authority(url) or any(foreign)


def is_misleading(url: str, text: str) -> bool:
    """Whether a link's text shows another host than it leads to, or its address is disguised.

    An address within the page's own site, whose host is not known here, misleads if its text is
    one with scheme and host; a bare name may be what the page is about.
    """
    targets, read = hosts(url), _read(text)
    if not targets:
        return not is_external(url) and bool(_ADDRESS_FIRST.match(read))
    if scheme(url) == "mailto":
        read = _USER.sub("", read)  # the names before an "@" are people's
    return is_disguised(url) or any(
        not _is_same_site(name.lower(), target) for name in _shown(read) for target in targets
    )


def _read(text: str) -> str:
    """``text`` as it looks: full-width letters as usual ones, without what is invisible.

    Character by character: to put a long run of combining marks in order takes the square of its
    length.
    """
    strange = (char for char in set(text) if not " " <= char <= "~" and char != "\n")
    return text.translate({ord(char): _folded(char) for char in strange}).strip()


def _folded(char: str) -> str:
    if characters.UNSEEN.match(char):
        return ""
    folded = unicodedata.normalize("NFKC", char)
    if folded.isascii() or folded == _STOP:
        return folded if folded.strip() else " "
    return " " if unicodedata.category(char)[0] in "PZ" else folded


# --- the hosts that a text names ---------------------------------------------------------------


def _shown(read: str) -> Iterator[str]:
    for found in _ASCII_NAME.finditer(read):
        name = found[found.lastindex or 0]
        if _last(name) not in _FILES:
            yield name
    whole = _WHOLE.match(read)
    for found in _WRITTEN.finditer(read):
        if found["v6"]:
            yield found["v6"]
        elif found["named"] or found["bare"].lower().startswith("www."):
            yield from filter(None, [_addressed(found["named"] or found["bare"])])
        else:
            yield from _bare(found["bare"], bool(whole) and not found.start())
    yield from _in_lines(read)


def _addressed(name: str) -> str:
    """What stands behind two slashes is a host, whatever it is; prose may follow without a space.

    A host that ends in a dot is not the target's, so one that goes on after a line break is seen.
    """
    name = _dotted(name) or name.partition(_STOP)[0]
    name = name.partition("..")[0].strip(_NAME_ENDS)
    return _MIXED_END.sub(r"\1", name)  # no top level is of both: "https://a.example的"


def _dotted(name: str) -> str:
    """``name`` with dots for ideographic full stops, ``""`` where those seem to end sentences."""
    dotted = name.strip(_NAME_ENDS).replace(_STOP, ".")
    return dotted if _STOP not in name or _last(dotted) in _TOP_LEVELS else ""


def _bare(name: str, is_whole: bool) -> Iterator[str]:
    """The hosts in a word of prose that are not in ASCII only."""
    if name.isascii():
        return
    dotted = _dotted(name) if is_whole else ""
    if dotted.isascii() and dotted:  # in ASCII but for its dots
        yield dotted
        return
    parts = (part.strip(_NAME_ENDS) for part in ([dotted] if dotted else name.split(_STOP)))
    yield from filter(_is_foreign_host, parts)


def _is_foreign_host(name: str) -> bool:
    *labels, last = name.split(".")
    if name.isascii() or not labels or not all(labels) or _last(name) not in _TOP_LEVELS:
        return False
    if last.isascii():
        return not _is_glued(name)
    # "1.网络", "图1.网络", "А.公司" and "г.Москва" are numbers of things and abbreviations.
    label = labels[-1]
    return len(label) > 1 and not label[-1].isdigit()


def _is_glued(name: str) -> bool:
    """Whether it is a host in ASCII, judged already, after prose in a script without spaces.

    Where letters have capitals, words are spaced, and those before are of the name.
    """
    ends = [found for found in _ASCII_NAME.finditer(name) if found.end() == len(name)]
    before = name[ends[0].start() - 1] if ends else ""
    is_mark = unicodedata.category(before)[0] == "M" if before else False
    return bool(before) and before.lower() == before.upper() and not is_mark


def _in_lines(read: str) -> Iterator[str]:
    """A host that is the whole text, but in several lines; its end tells it from "Done. Next"."""
    found = _WHOLE.match(read.replace("\n", "")) if "\n" in read else None
    dotted = _dotted(found[1]) if found else ""
    if "." in dotted and _last(dotted) in _TOP_LEVELS:
        yield dotted


def _last(name: str) -> str:
    label = name[-_LONGEST_NAME:].rpartition(".")[2]
    return unicodedata.normalize("NFC", label).lower()


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
