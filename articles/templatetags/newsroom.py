"""The template tag of the desk's pages that show images. What readers' templates use: articles/templating.py."""

from django import template

from articles.presentation.pictures import rendition_url

register = template.Library()
register.simple_tag(rendition_url)
