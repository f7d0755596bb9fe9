"""What readers' templates may use of comments: an article's thread and replies, a comment's text as HTML, /contact/."""

from django.utils import timezone
from django.utils.translation import ngettext, pgettext_lazy
from jinja2 import pass_context
from jinja2.runtime import Context

from articles.models import Article
from articles.workflow import Kind as ArticleKind
from comments import text
from comments.links import contact_url
from comments.parts import rights_of_reply, thread
from newsroom.pagecache.parts import Making
from newsroom.templating import PageNames


@pass_context
def comment_thread(context: Context, article: Article) -> str:
    """Return what stands for the first page of an article's thread, and its form; nothing on a preview."""
    if context["preview"]:
        return ""
    revision = article.revision_at(timezone.now())
    page: Making = context["request"].page
    return page.place(
        thread, article.publication_id, article.pk, revision.section_id or 0, revision.kind == ArticleKind.PAGE,
        seed=article,
    )  # fmt: skip


@pass_context
def replies_by_right(context: Context, article: Article) -> str:
    """Return what stands for the replies published by right under an article; nothing on a preview."""
    if context["preview"]:
        return ""
    page: Making = context["request"].page
    return page.place(rights_of_reply, article.publication_id, article.pk)


def pingbacks_title(count: int) -> str:
    """Return what stands above a list of pingbacks: "2 mentions elsewhere"."""
    return ngettext("%(n)s mention elsewhere", "%(n)s mentions elsewhere", count) % {"n": count}


NAMES = PageNames(
    values={
        "comment_thread": comment_thread,
        "replies_by_right": replies_by_right,
        "contact_url": contact_url,
        "pingbacks_title": pingbacks_title,
        "edited_label": pgettext_lazy("comment", "edited"),
        "save_label": pgettext_lazy("comment", "Save"),
    },
    filters={"comment_html": text.render},
)
