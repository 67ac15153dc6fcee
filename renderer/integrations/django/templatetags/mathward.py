"""The filter ``mathward`` and the tag ``mathward_head``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from ..apps import PREFIX, web

if TYPE_CHECKING:
    from ....document import Document

register = template.Library()


@register.filter
def mathward(text: object, id_prefix: str = "") -> SafeString:
    """HTML for a text; give each text of one page a prefix of its own."""
    return mark_safe(web().fragment(text, id_prefix))  # noqa: S308 - safe by Options


@register.simple_tag(takes_context=True)
def mathward_head(
    context: Any, *documents: Document, live: bool = False, stream: bool = False
) -> SafeString:
    """The head tags, with the nonce of the request if it has one."""
    url = f"{settings.STATIC_URL}{PREFIX}"
    tags = web().head(url, documents, nonce=_nonce(context), live=live, stream=stream)
    return mark_safe(tags)  # noqa: S308 - made of escaped parts


def _nonce(context: Any) -> str:
    """Where Django 6 and django-csp put it; reading it makes it part of the policy."""
    request = getattr(context, "request", None) or context.get("request")
    nonce = context.get("csp_nonce") or getattr(request, "csp_nonce", None)
    return str(nonce) if nonce else ""
