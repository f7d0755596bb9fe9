"""Who else has an article open, and in which field: pages tell it every few seconds, and the cache holds it."""

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse

from articles.actions.base import display_name
from articles.admin.article_form import ArticleForm
from articles.models import Article

SECONDS = 15  # after which a page that says nothing is closed; pages speak three times as often


def presence(request: HttpRequest, article: Article) -> HttpResponse:
    """Note that this person has the article open, `field` by its name, or has left it (`leaves`).

    Return the others as JSON: {"others": [{"name": "Inès Morel", "field": "Titre"}]}. A query; one read and one write
    of the cache.
    """
    me = request.user.pk
    assert me is not None
    key = _key(article, me)
    if "leaves" in request.POST:
        cache.delete(key)
        return JsonResponse({"others": []})
    field = request.POST.get("field", "")
    cache.set(key, field if field in ArticleForm.base_fields else "", SECONDS)
    of_site = Q(memberships__publication=article.publication_id) | Q(is_superuser=True)
    people = get_user_model().objects.filter(of_site, is_active=True).exclude(pk=me).distinct()
    by_key = {_key(article, person.pk): person for person in people}
    found = cache.get_many(by_key)
    others = [{"name": display_name(by_key[key]), "field": _label(found[key])} for key in by_key if key in found]
    return JsonResponse({"others": others})


def _key(article: Article, person: int) -> str:
    return f"presence:{article.pk}:{person}"


def _label(name: str) -> str:
    return str(ArticleForm.base_fields[name].label) if name else ""
