"""The page with the form of one article: shown, saved, and what its buttons do. What was typed is never lost."""

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from js_asset import Media, Script

from articles.actions import autosaving, editing, publishing
from articles.actions.autosaving import Form
from articles.actions.base import display_name, locked
from articles.admin import autosaves, conflicts, page_actions, steps
from articles.admin.article_context import context_of
from articles.admin.article_form import ArticleForm
from articles.admin.editor_words import AUTOSAVE, BUTTONS, FIGURES, PRESENCE
from articles.admin.steps import StepForm
from articles.content import Content
from articles.merging import Merge
from articles.models import Article
from articles.workflow import TRANSITIONS, Conflict, Finding, Need, Refused, Stage, Transition, Unconfirmed
from newsroom.desk.current import posted_publication
from newsroom.desk.sending import key_of, made_by_form, note_made
from newsroom.lib.text import row_id, whole_number
from newsroom.publications.models import Publication
from newsroom.publications.permissions import Forbidden, may
from newsroom.requests import DeskRequest
from newsroom.timestamps import desk_date

MERGED = "merged"  # in the address of the page: the fields in which the last save took another's changes in


class ArticlePage:
    """One request for the form of an article. `article` is None for a new one.

    A POST saves what was typed, then does what its button names, all in one transaction (`_save_and_act`):

        _save, _preview   nothing more
        _step             a step of the workflow       → steps.take       → actions.registry.ACTIONS
        _action           a dialog beside the workflow → PageAction.run   → its action
        _place, _link     answers to the warning that a sister site has the same news
        _unpin            takes the article off the head of a page

    What is refused is written on the form, which is shown again as it was typed.
    """

    def __init__(self, request: DeskRequest, article: Article | None, base_context: Callable[[], dict[str, Any]]):
        """Read the request. Raises PermissionDenied to a person who may not see the article, or begin one here."""
        self.request, self.article, self.base_context = request, article, base_context
        self.user, self.posted = request.user, request.POST
        publication = article.publication if article else posted_publication(request)
        verb = "article.view" if article else "article.create"
        if publication is None or not may(self.user, verb, article or publication):
            raise PermissionDenied
        self.publication: Publication = publication
        # A new article is one that this person began, before it is a row.
        self.article_or_new = article or Article(publication=publication, created_by=self.user)
        self.may_save = article is None or may(self.user, "article.save", article)

        data = self.posted if request.method == "POST" else None
        # What this person typed here before, and did not save: offered, or taken up again.
        self.typed_form = Form(publication, article, key_of(request))
        self.autosave = self.typed_form.rows_of(self.user).first() if data is None else None
        self.takes_up = self.autosave is not None and autosaves.TAKE_UP in request.GET
        self.form = self._article_form(data)
        self.step: Transition | None = TRANSITIONS.get(self.posted.get("_step", ""))
        self.step_form = StepForm(data, prefix=self.step.name) if self.step else StepForm()
        action_class = page_actions.PAGE_ACTIONS.get(self.posted.get("_action", ""))
        self.page_action = action_class(article, data, user=self.user) if action_class and article else None
        # What the buttons above need of a person, asked in a dialog of the page.
        self.dialog_form: forms.Form = self.page_action or self.step_form
        self.saves = article is None or ("headline" in self.posted and (self.may_save or "_save" in self.posted))

        self.status = 200
        self.findings_to_confirm: list[Finding] = []
        self.compare: tuple[int, int] | None = None  # numbers of revisions: what somebody else saved meanwhile
        self.merge: Merge | None = None  # of what was typed with that
        self.choices: list[conflicts.Choice] = []  # what both changed

    def _article_form(self, data: Any) -> ArticleForm:
        article = self.article
        return ArticleForm(
            data,
            publication=self.publication,
            revision=article.working if article else None,
            user=self.user,
            had_by_readers=bool(article and article.was_published_by(timezone.now())),
            draft=article.draft if article else None,
            typed=self.autosave.values if self.autosave and self.takes_up else None,
        )

    def respond(self) -> HttpResponse:
        """Return the page, or the redirect after a POST that was done."""
        if self.request.method == "POST":
            return self._submit() or self._render()
        return self._render()

    # -- a POST --------------------------------------------------------------------------------------------------------

    def _submit(self) -> HttpResponse | None:
        """Save and act. Return None if that was refused: the forms then hold the reasons."""
        if not self._is_valid():
            return None
        try:
            article, message = self._save_and_act()
        except Forbidden as forbidden:
            self._add_errors([Finding("right", str(forbidden))])
            self.status = 403
        except Unconfirmed as unconfirmed:
            self.findings_to_confirm = unconfirmed.findings
        except Conflict as conflict:
            self._show_conflict(conflict)
        except Refused as refused:
            self._add_errors(refused.findings)
        else:
            self._add_messages(article, message)
            if "_preview" in self.posted:
                return redirect("admin:articles_article_preview", article.pk)
            page = reverse("admin:articles_article_change", args=[article.pk])
            # A script that saved without leaving the page has to load it anew where it is not as it was typed.
            return redirect(f"{page}?{urlencode({MERGED: ','.join(self.merge.taken)})}" if self.merge else page)
        return None

    def _is_valid(self) -> bool:
        """Return whether what was typed can be used; errors of a dialog are repeated at the head of the form."""
        if self.saves and not self.form.is_valid():
            return False
        if not (self.step or self.page_action) or self.dialog_form.is_valid():
            return True
        self.form.is_valid()  # add_error needs it
        for name, errors in self.dialog_form.errors.items():
            label = self.dialog_form.fields[name].label
            self.form.add_error(None, [f"{label} – {error}" for error in errors])
        return False

    @transaction.atomic
    def _save_and_act(self) -> tuple[Article, Any]:
        """Save what was typed, do what the button names; return the article and the message of success.

        Raises Forbidden, Unconfirmed, Conflict, Refused: then nothing is written.
        """
        article = self.article
        if self.step and article is not None:
            self._refuse_if_moved_on(locked(article))
        working_before = article.working.pk if article else None
        if self.saves:
            article = self._save(article)
            autosaving.drop(self.typed_form, by=self.user, number=self._known_autosave)
        assert article is not None, "only saving begins an article"
        if sister := self.posted.get("_place", ""):
            return article, self._place_instead(self._sister(sister), article)
        if self.page_action:
            self.page_action.run(article, self.user)
            return article, self.page_action.done
        if pin := self.posted.get("_unpin", ""):
            page_actions.unpin(pin, article, self.user)
            return article, _("It no longer stands at the head of that page.")
        if self.step:
            has_new_revision = article.working.pk != working_before
            return self._take_step(self.step, article, has_new_revision), steps.DONE[self.step.name]
        return article, _("Saved.")

    def _refuse_if_moved_on(self, article: Article) -> None:
        """Refuse a step if the article left the stage that the page showed, and say what happened meanwhile."""
        if self.posted.get("stage", article.stage) == article.stage:
            return
        event = article.events.select_related("actor").first()
        assert event is not None
        params = {"who": display_name(event.actor), "what": event.get_verb_display(), "note": event.note}
        message = _("Meanwhile this happened: %(what)s (%(who)s). %(note)s") % params
        raise Refused([Finding("stage", message.strip())])

    def _save(self, article: Article | None) -> Article:
        content, note = self.form.content(), ""
        change, notice = (self.form.cleaned_data.get(name, "") for name in ("change", "correction"))
        if sister := self.posted.get("_link", ""):
            content, note = self._with_link(content, self._sister(sister))
        if article is None:
            article = editing.create(self.publication, content, by=self.user, note=note)
            note_made(self.request, article.pk)
            return article
        base = self.form.cleaned_data["base"] or self._revision_made_by_form(article)
        try:
            return editing.save_draft(
                article, content, by=self.user, base=base, change=change, notice=notice, note=note
            )
        except Conflict as conflict:
            self.merge = conflicts.merge_of(article, base, conflict.newest, content)
            # Who publishes or sends it on looks at it first.
            if self.merge is None or self.merge.clashes or self.step or self.page_action:
                raise
            return editing.save_draft(
                article, self.merge.content, by=self.user, base=conflict.newest, change=change, notice=notice, note=note
            )

    def _revision_made_by_form(self, article: Article) -> int:
        """Return the id of the revision that this form made, where it was sent before; 0: it began from nothing."""
        if made_by_form(self.request) != str(article.pk):
            return 0
        first: int = article.revisions.order_by("number").values_list("pk", flat=True)[0]
        return first

    def _take_step(self, step: Transition, article: Article, has_new_revision: bool) -> Article:
        """Take a step of the workflow on the revision that this person has before them."""
        if has_new_revision and article.draft_id and article.stage != Stage.APPROVED:
            # They typed a change, and publish or schedule it: the button was shown for an approved article, so they
            # approve their own change by it. Raises Forbidden if they may not.
            if step.name == "publish":
                step = TRANSITIONS["approve_and_publish"]
            elif step.name in ("schedule", "schedule_change"):
                article = publishing.approve(article, by=self.user, revision=article.draft_id)
        return steps.take(
            step, article, by=self.user, revision=self._revision_seen(step, article),
            arguments=self.step_form.arguments_for(step), accept=self.request.GET.getlist("accept"),
        )  # fmt: skip

    def _revision_seen(self, step: Transition, article: Article) -> int | None:
        """Return the id of the revision that this person judges: the one just saved, or the one that their page showed.

        The action refuses if that is no longer the current one.
        """
        if step.is_about_readers:
            return whole_number(self.posted.get("live", ""))
        return article.draft_id if self.saves else whole_number(self.posted.get("base", ""))

    # -- a sister site has the same news -------------------------------------------------------------------------------

    def _sister(self, posted: str) -> Article:
        """Return the live article of another publication that a button names by its id. Raises Refused."""
        rows = Article.objects.live(timezone.now()).exclude(publication=self.publication)
        article = rows.select_related("publication", "live", "next").filter(pk=row_id(posted)).first()
        if article is None:
            raise Refused([Finding("sister", _("Readers don’t have that article any more."))])
        return article

    def _place_instead(self, sister: Article, article: Article) -> str:
        """Place the sister's article here instead of publishing this one; return the message."""
        note = _("instead of “%(headline)s”") % {"headline": article.desk_headline}
        publishing.place(sister, on=self.publication, by=self.user, note=note)
        return _("Their article stands on %(site)s now; yours stays at the desk.") % {"site": self.publication}

    def _with_link(self, content: Content, sister: Article) -> tuple[Content, str]:
        """Return the content with a last line that links to the sister's article, and the note for the log."""
        params = {"headline": sister.revision_at(timezone.now()).headline, "site": sister.publication.name}
        read_on = _("Read also on %(site)s:") % params
        link = f'<a href="{escape(sister.get_absolute_url())}">{escape(params["headline"])}</a>'
        note = _("Linked to “%(headline)s” on %(site)s.") % params
        return replace(content, body=f"{content.body}<p>{escape(read_on)} {link}</p>"), note

    # -- how it ended --------------------------------------------------------------------------------------------------

    def _show_conflict(self, conflict: Conflict) -> None:
        """Show what somebody else saved meanwhile; saved again, what was typed here takes its place."""
        if conflict.newest is None or self.article is None:
            self._add_errors(conflict.findings)
            return
        base = self.article.revisions.filter(pk=self.form.cleaned_data["base"]).first()
        if base:
            self.compare = (base.number, self.article.working.number)
            if self.form.content().prepared(self.publication.language, self.publication.names_kept).is_content_of(base):
                # Nothing was typed here: the form shows theirs.
                self.form = self._article_form(None)
                messages.warning(self.request, " ".join([str(conflict), _("It is below: read it first.")]))
                return
        self._add_errors(conflict.findings)
        merge = self.merge or conflicts.merge_of(
            self.article, self.form.cleaned_data["base"] or 0, conflict.newest, self.form.content()
        )
        self.form.begin_from(conflict.newest, conflicts.posted(merge, self.form) if merge else None)
        if merge is None:
            self.form.add_error(None, _("Yours is below: saved again, it takes the place of theirs, which is kept."))
            return
        self.choices = conflicts.choices(merge, self.form)
        if taken := conflicts.fields_in_words(merge.taken_whole, self.form):
            self.form.add_error(None, _("Their changes stand below beside yours: %(fields)s.") % {"fields": taken})
        self.form.add_error(None, _("Look at it, and press once more."))

    def _add_errors(self, findings: list[Finding]) -> None:
        """Write findings beside the fields that they name; all of a dialog's in the dialog, and at the form's head."""
        self.form.is_valid()  # add_error needs it
        if self.page_action:
            dialog_fields = set(self.page_action.fields)
        else:
            dialog_fields = {need.value for need in self.step.needs} if self.step else set()
        for finding in findings:
            field = None
            if self.page_action or finding.check in dialog_fields:
                self.dialog_form.add_error(finding.check if finding.check in dialog_fields else None, finding.message)
            else:
                name = "correction" if finding.check == "notice" else finding.check
                field = name if name in self.form.fields else None
            label = f"{finding.label} – " if finding.label and not field else ""
            self.form.add_error(field, f"{label}{finding.message}")

    def _add_messages(self, article: Article, message: Any) -> None:
        """Add the message of success, with the time and the public address where there are any."""
        now = timezone.now()
        if self.step and Need.TIME in self.step.needs:
            message = f"{message} {desk_date(self.step_form.cleaned_data['at'])}"
        if article.is_live(now):
            message = format_html('{} <a href="{}">{}</a>', message, article.get_absolute_url(), _("View on site"))
        messages.success(self.request, message)
        if article.is_withdrawn(now) and self.step and self.step.goes_live:
            messages.warning(
                self.request, _("It is still withdrawn: readers find the notice until it is put back online.")
            )

    # -- the page ------------------------------------------------------------------------------------------------------

    def _render(self) -> HttpResponse:
        article, now = self.article, timezone.now()
        typed_before = autosaves.differences(self.autosave, self.form) if self.autosave and not self.takes_up else []
        script = Media(js=[Script("desk/article.js", type="module")])
        context = {
            **self.base_context(),
            **(context_of(article, self.user, now) if article else {}),
            "publication_of_article": self.publication,
            "form": self.form,
            "media": Media.from_media(self.form.media + script).with_nonce(str(self.request.csp_nonce)),
            "may_save": self.may_save,
            **self._buttons(),
            "page_actions": list(page_actions.available_actions(self.user, article, self.page_action))
            if article
            else [],
            "questions": self._questions(),
            "compare": self.compare,
            "takes_up": self.takes_up,
            # The number that goes with the form: saving it forgets this autosave, but none that is only offered.
            "known_autosave": self.autosave.number if self.autosave and not typed_before else self._known_autosave,
            "autosave": self.autosave,
            "autosave_words": AUTOSAVE,
            "presence_words": PRESENCE,
            "take_up_query": urlencode({**self.request.GET.dict(), autosaves.TAKE_UP: "1"}),
            "begun": [] if article else autosaves.begun(self.typed_form, self.user),
            "choices": self.choices,
            **self._merged(),
            "typed_before": typed_before,
            "editor_words": {"buttons": BUTTONS, **FIGURES},
        }
        template = "admin/articles/article/change_form.html"
        return TemplateResponse(self.request, template, context, status=self.status)

    def _buttons(self) -> dict[str, Any]:
        """Return the steps for the template: the next one for this person, and the others, dangerous ones last."""
        buttons = steps.buttons(self.user, self.article_or_new, self._form_of_step, may_save=self.may_save)
        others = sorted((button for button in buttons if not button.is_main), key=lambda button: button.is_dangerous)
        main = next((button for button in buttons if button.is_main), None)
        return {"buttons": buttons, "main_button": main, "other_buttons": others}

    @property
    def _known_autosave(self) -> int:
        return whole_number(self.posted.get("autosave", "")) or 0

    def _merged(self) -> dict[str, Any]:
        """Return the revision whose changes the last save took in, and the fields in words: what the page tells, since
        a script that saved has read the message."""
        if MERGED not in self.request.GET or self.article is None:
            return {}
        rows = self.article.revisions.select_related("created_by").defer("body")
        taken = conflicts.fields_in_words(self.request.GET[MERGED].split(","), self.form)
        return {"merged_with": rows.filter(number=self.article.working.number - 1).first(), "merged_fields": taken}

    def _form_of_step(self, step: Transition) -> StepForm:
        """Return the form of what a step needs: as it was sent with its button, else with what waits for its time."""
        if step == self.step:
            return self.step_form
        return StepForm(prefix=step.name, initial=steps.initial_values(step, self.article_or_new))

    def _questions(self) -> dict[str, Any] | None:
        """Return the warnings that a person must accept, and the query of the button that accepts them all."""
        if not self.findings_to_confirm or self.step is None:
            return None
        return {
            "findings": self.findings_to_confirm,
            "step": self.step,
            "accept_query": "?" + urlencode([("accept", finding.key) for finding in self.findings_to_confirm]),
            "may_place": may(self.user, "article.place", self.publication),
        }
