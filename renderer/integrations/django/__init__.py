"""Django: the tag library ``mathward``, and the static files for collectstatic and runserver.

INSTALLED_APPS = [..., "renderer.integrations.django"]
STATICFILES_FINDERS = [..., "renderer.integrations.django.finders.AssetsFinder"]
MATHWARD = {"highlight": True}

{% load mathward %}
<head>{% mathward_head %}</head>
{{ answer.text|mathward:"a1-" }}
"""
