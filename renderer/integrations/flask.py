"""Flask: the filter ``mathward``, the head tags, and the static files.

Mathward(app)                          # or Mathward() and init_app(app)
app.config["MATHWARD"] = {"highlight": True, "url_prefix": "/mathward"}

<head>{{ mathward_head(nonce=nonce) }}</head>
{% for each in answers %}{{ each.text|mathward("a%d-" % each.id) }}{% endfor %}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, send_from_directory, url_for

from .web import FOREVER, Web, content_type

if TYPE_CHECKING:
    from flask import Flask
    from markupsafe import Markup

    from ..document import Document


class Mathward:
    """The extension; one may serve several applications."""

    def __init__(self, app: Flask | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Read ``app.config["MATHWARD"]``; OptionError for what cannot be used."""
        settings: dict[str, Any] = dict(app.config.get("MATHWARD", {}))
        prefix = settings.pop("url_prefix", "/mathward")
        web = Web.of(settings)
        app.extensions["mathward"] = web
        app.register_blueprint(_static_files(web), url_prefix=prefix)

        def mathward(text: object, id_prefix: str = "", nonce: str = "") -> Markup:
            return web.fragment(text, id_prefix, nonce)

        def mathward_head(
            *documents: Document, nonce: str = "", live: bool = False, stream: bool = False
        ) -> Markup:
            url = web.url or url_for("mathward.static_file", name="")
            return web.head(url, documents, nonce=nonce, live=live, stream=stream)

        app.add_template_filter(mathward)
        app.add_template_global(mathward_head)


def _static_files(web: Web) -> Blueprint:
    blueprint = Blueprint("mathward", __name__)

    @blueprint.get("/<path:name>")
    def static_file(name: str) -> Response:
        if not (place := web.place(name)):
            abort(404)
        folder, file = place
        response = send_from_directory(folder.resolve(), file, mimetype="text/plain")
        response.headers["Content-Type"] = content_type(name)
        response.headers["Cache-Control"] = FOREVER
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return blueprint
