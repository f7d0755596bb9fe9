"""One comment at the desk: its conversation, what was done to it, its reports, an answer, the vault."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from comments.actions import posting, vault
from comments.admin.rows import rows_of, with_context
from comments.models import Comment
from comments.models.comment import STEP_CHARACTERS
from comments.policy import settings_of
from comments.refusals import Refused
from newsroom.accounts.fresh import is_fresh
from newsroom.desk.current import publications_of
from newsroom.lib.text import row_id
from newsroom.publications.permissions import may, require

MAX_CONVERSATION_ROWS = 30


class CommentPage:
    """A comment's page; mixed into its admin."""

    admin_site: Any
    opts: Any

    def _comment(self, request: HttpRequest, pk: int) -> Comment:
        """A comment of any of this person's publications, or 404."""
        rows = with_context(Comment.objects.filter(publication__in=publications_of(request)))
        comment = get_object_or_404(rows.select_related("publication"), pk=pk)
        if not may(request.user, "comment.view", comment.publication):
            raise PermissionDenied
        return comment

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return self._page(request, self._comment(request, row_id(object_id)))

    def _page(self, request: HttpRequest, comment: Comment, **more: Any) -> HttpResponse:
        now, user = timezone.now(), request.user
        around = Comment.objects.filter(
            article=comment.article_id, position__startswith=comment.position[:STEP_CHARACTERS]
        )
        may_moderate = may(user, "comment.moderate", comment.publication)
        may_unseal = may(user, "comment.unseal", comment.publication)
        sealed = list(comment.sealed.order_by("sealed_at")) if may_unseal else []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Comment by %(who)s") % {"who": comment.pseudonym or comment.get_status_display()},
            "row": rows_of([comment], now)[0],
            "comment": comment,
            "around": around.order_by("position")[:MAX_CONVERSATION_ROWS],
            "actions": comment.actions.select_related("batch__by", "batch__undone_by"),
            # As on the pages that list them: reports are the moderators', the vault is for who may open it.
            "all_reports": comment.reports.order_by("-at") if may_moderate else [],
            "openings": comment.openings.select_related("by") if may_unseal else [],
            "sealed": next(iter(sealed), None),
            "may_moderate": may_moderate,
            "may_answer": may(user, "comment.reply", comment.publication) and comment.is_visible,
            "may_unseal": may_unseal,
            "must_confirm": may_unseal and not is_fresh(request),
            "needs_private_key": any(map(vault.needs_private_key, sealed)),
            "undoable": comment.actions.filter(
                version_after=comment.version, batch__undoes=None, batch__undone_by=None
            ).first(),
            "reasons": settings_of(comment.publication).posted_rules,
            **more,
        }
        return TemplateResponse(request, "admin/comments/comment.html", context)

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Post an answer to a comment as staff."""
        comment = self._comment(request, pk)
        words = request.POST.get("text", "")
        try:
            made = posting.post_staff_reply(comment.article, words, by=request.user, under=comment)
        except Refused as refused:
            return self._page(request, comment, answer=words, refused=refused)
        messages.success(request, _("Your answer is published."))
        return redirect("admin:comments_comment_change", made.pk)

    @method_decorator(sensitive_post_parameters("private_key"))
    def unseal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what is sealed of a comment; the opening is logged."""
        comment = self._comment(request, pk)
        reason = request.POST.get("reason", "")
        require(request.user, "comment.unseal", comment.publication)
        if not is_fresh(request):  # and not `require_fresh_sign_in`, which would keep the private key in the session
            refusal = _("Nothing was opened: confirm who you are first.")
            return self._page(request, comment, vault_reason=reason, vault_refused=refusal)
        try:
            key = request.POST.get("private_key", "")
            found = vault.open_sealed(comment, by=request.user, reason=reason, private_key=key)
        except Refused as refused:
            return self._page(request, comment, vault_reason=reason, vault_refused=refused)
        response = self._page(request, comment, identities=found)
        response.headers["Cache-Control"] = "private, no-store"
        return response
