"""Django: filter, head tags, static files and settings, in a project of a few lines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import path

from renderer import OptionError, render
from renderer.editions import edition_of, install_edition, looks
from renderer.integrations.events import Answer

from .conftest import HOSTILE, addresses, head_of, html_of_events
from .test_events import run

PAGE = """{% load mathward %}<!doctype html><html lang="en"><head><title>t</title>
{% mathward_head %}</head><body>{% for each in texts %}{{ each.text|mathward:each.id }}
{% endfor %}{% for each in documents %}{{ each }}{% endfor %}</body></html>"""
FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "renderer.integrations.django.finders.AssetsFinder",
]
MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
TEXTS = [
    {"text": "One[^1] $E=mc^2$\n\n[^1]: note", "id": "a1-"},
    {"text": f"Two[^1] {HOSTILE}\n\n[^1]: note", "id": "a2-"},
]


async def answer(request: HttpRequest) -> StreamingHttpResponse:
    """An answer that is written while it is read."""
    written = Answer()
    writing = asyncio.ensure_future(written.run(model()))
    writing.add_done_callback(lambda done: done.result())
    events = written.events(request.headers.get("Last-Event-ID"))
    return StreamingHttpResponse(events, content_type="text/event-stream")


async def model() -> AsyncIterator[str]:
    for token in ("Let ", "$a", "<b$."):
        yield token


urlpatterns = [
    path("", lambda request: HttpResponse(filled(PAGE, request, texts=TEXTS))),
    path("answer", answer),
]


@pytest.fixture(scope="module", autouse=True)
def project() -> None:
    """Django is set up once in a process, which other tests never notice."""
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["testserver"],
            DEBUG=False,
            INSTALLED_APPS=["django.contrib.staticfiles", "renderer.integrations.django"],
            ROOT_URLCONF=__name__,
            SECRET_KEY="for tests alone",
            STATIC_URL="/static/",
            STATICFILES_FINDERS=FINDERS,
            TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
            USE_TZ=True,
        )
        django.setup()


def filled(text: str, http: Any = None, **context: Any) -> str:
    html: str = engines["django"].from_string(text).render(context, http)
    return html


def test_page_has_texts_without_safe_and_a_whole_head() -> None:
    """The filter's HTML is not escaped again, a hostile text is; ids of two texts never meet."""
    html = Client().get("/").content.decode()
    edition = edition_of(looks())
    found = [
        f"/static/mathward/{edition}/{n}" for n in ("fragment.css", "fonts.css", "mathward.js")
    ]
    assert addresses(head_of(html)) == found
    assert 'data-tex="E=mc^2"' in html
    assert 'id="a1-fn1"' in html
    assert 'id="a2-fn1"' in html
    assert "<script>alert" not in html


def test_document_in_a_template_is_safe() -> None:
    """A Document goes into a page of Django's as it is."""
    document = render("**so** $a<b$")
    assert document.html in filled(PAGE, documents=[document])


def test_answer_as_events_of_an_async_view() -> None:
    """``Answer.events`` is a body of Django's as it is: it ends, and brings the whole answer."""

    async def work() -> None:
        response = await AsyncClient().get("/answer")
        text = b"".join([part async for part in response]).decode()
        assert html_of_events(text) == render("Let $a<b$.").html
        assert text.rstrip().endswith("data: {}")

    run(work)


def test_head_of_documents_has_their_rules_and_no_needless_script() -> None:
    """The tag takes the documents of the page."""
    page = "{% load mathward %}{% mathward_head one two %}"
    plain, red = render("plain"), render("$\\color{red} x$")
    assert "<script" not in filled(page, one=plain, two=plain)
    assert red.css in filled(page, one=plain, two=red)
    assert "<script" in filled("{% load mathward %}{% mathward_head one live=True %}", one=plain)


def test_nonce_of_the_request_is_on_every_tag() -> None:
    """Where django-csp and Django 6 put it; a page without one has no nonce."""
    request: Any = RequestFactory().get("/")
    request.csp_nonce = "of-request"
    for html in (
        filled("{% load mathward %}{% mathward_head %}", request),
        filled("{% load mathward %}{% mathward_head %}", csp_nonce="of-request"),
    ):
        assert html.count(' nonce="of-request"') == html.count("<link") + html.count("<script") == 3
    assert "nonce" not in filled("{% load mathward %}{% mathward_head %}")


def test_settings_are_options() -> None:
    """MATHWARD is read at the start, and what is wrong with it told by name."""
    with override_settings(MATHWARD={"numbering": "all", "theme": "paper"}):
        html = filled(PAGE, texts=[{"text": "$$x$$", "id": ""}])
        assert "\\tag{1}" in html
        assert addresses(head_of(html))[0].endswith("/paper.css")
    assert "\\tag{1}" not in filled(PAGE, texts=[{"text": "$$x$$", "id": ""}])
    with override_settings(MATHWARD={"numbring": "all"}), pytest.raises(OptionError, match="mean"):
        filled(PAGE)


@pytest.mark.parametrize("storage", [None, MANIFEST])
def test_collectstatic_gathers_what_pages_ask_for(storage: str | None, tmp_path: Path) -> None:
    """All addresses of the head are files of STATIC_ROOT, also where Django hashes names."""
    kept = settings.STORAGES
    chosen = {**kept, "staticfiles": {"BACKEND": storage}} if storage else kept
    with override_settings(STATIC_ROOT=str(tmp_path), STORAGES=chosen):
        call_command("collectstatic", interactive=False, verbosity=0)
        for address in addresses(head_of(filled(PAGE))):
            assert (tmp_path / address.removeprefix("/static/")).is_file()
    edition = tmp_path / "mathward" / edition_of(looks())
    assert (edition / "mathjax" / "slim" / "core.js").is_file()


def test_finder_finds_for_runserver() -> None:
    """The development server asks for one file after the other."""
    from django.contrib.staticfiles import finders

    name = f"mathward/{edition_of(looks())}/mathward.js"
    assert Path(str(finders.find(name))).is_file()
    assert finders.find("mathward/nothing.js") is None
    assert finders.find("../settings.py") is None


def test_folder_of_the_command_in_staticfiles_dirs(tmp_path: Path) -> None:
    """The other recipe: `mathward assets` fills a folder that STATICFILES_DIRS names."""
    made = install_edition(tmp_path / "static" / "mathward", looks())
    with override_settings(
        STATICFILES_DIRS=[str(tmp_path / "static")],
        STATICFILES_FINDERS=FINDERS[:1],
        STATIC_ROOT=str(tmp_path / "root"),
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
    record = json.loads((tmp_path / "root" / "mathward" / "mathward.json").read_bytes())
    assert (tmp_path / "root" / "mathward" / record["edition"] / "mathward.js").is_file()
    assert record["edition"] == made.edition


def test_system_check_is_content(capsys: pytest.CaptureFixture[str]) -> None:
    """`manage.py check` has nothing to say."""
    call_command("check")
    assert "no issues" in capsys.readouterr().out
