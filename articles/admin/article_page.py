"""The form of one article: shown, saved, and its buttons' steps taken, with nothing lost that was typed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from js_asset import Media, Script

from articles.actions import editing, publishing
from articles.actions.base import display_name, locked
from articles.admin import page_actions, steps
from articles.admin.article_form import ArticleForm
from articles.admin.editor_words import BUTTONS, FIGURES
from articles.admin.states import state_badges
from articles.admin.steps import StepForm
from articles.content import Content
from articles.models import Article, Event, Pin, Revision
from articles.workflow import (
    TRANSITIONS,
    Conflict,
    Finding,
    Need,
    Pending,
    Refused,
    Stage,
    Transition,
    Unconfirmed,
    Verb,
)
from newsroom.desk.current import posted_publication
from newsroom.lib.text import row_id, whole_number
from newsroom.publications.models import Publication
from newsroom.publications.permissions import Forbidden, may

SHOWN_EVENTS = 30
SHOWN_NOTES = 50


class ArticlePage:
    """One request for an article's form. `article` is None for a new article."""

    def __init__(self, request: HttpRequest, article: Article | None, context: Callable[[], dict[str, Any]]):
        self.request, self.article, self.context = request, article, context
        self.user, self.post = request.user, request.POST
        publication = article.publication if article else posted_publication(request)
        verb = "article.view" if article else "article.create"
        if publication is None or not may(self.user, verb, article or publication):
            raise PermissionDenied
        self.publication: Publication = publication
        # A new article is one that this person began, before it is a row.
        self.article_or_new = article or Article(publication=publication, created_by=self.user)  # type: ignore[misc]
        self.may_save = article is None or may(self.user, "article.save", article)
        self.step: Transition | None = TRANSITIONS.get(self.post.get("_step", ""))
        self.asked: list[Finding] = []
        self.status = 200
        posted = request.POST if request.method == "POST" else None
        self.compare: tuple[int, int] | None = None  # what somebody saved meanwhile: from which version to which
        self.form = self._form(posted)
        self.say = StepForm(posted, prefix=self.step.name) if self.step else StepForm()
        act = page_actions.PAGE_ACTIONS.get(self.post.get("_act", ""))
        self.act = act(article, posted, user=self.user) if act and article else None

    def _form(self, posted: Any) -> ArticleForm:
        article = self.article
        return ArticleForm(
            posted,
            publication=self.publication,
            revision=article.working if article else None,
            user=self.user,
            had_by_readers=bool(article and article.was_published_by(timezone.now())),
            draft=article.draft if article else None,
        )

    def _ask(self, step: Transition) -> StepForm:
        """The form of what a step asks for: as it was sent with its button, else with the hour that waits, if any."""
        if step == self.step:
            return self.say
        return StepForm(prefix=step.name, initial=steps.initial_values(step, self.article_or_new))

    def respond(self) -> HttpResponse:
        if self.request.method == "POST":
            return self._act() or self._render()
        return self._render()

    # -- what was pressed ----------------------------------------------------------------------------------------------

    def _act(self) -> HttpResponse | None:
        """Saves what was typed and takes the step, in one transaction. None if it could not: the form says why."""
        form = self.form
        asked = self.act or self.say
        says_something = asked.is_valid() or not (self.step or self.act)
        saves = self.article is None or ("headline" in self.post and (self.may_save or "_save" in self.post))
        if saves and not form.is_valid():
            return None
        if not says_something:
            form.is_valid()
            for name, errors in asked.errors.items():
                form.add_error(None, [f"{asked.fields[name].label} – {error}" for error in errors])
            return None
        try:
            article, done = self._through_doors(saves)
        except Forbidden as error:
            self._refuse([Finding("right", str(error))])
            self.status = 403
            return None
        except Unconfirmed as unconfirmed:
            self.asked = unconfirmed.findings
            return None
        except Refused as refused:
            self._meet(refused)
            return None
        self._tell(article, done)
        if "_preview" in self.post:
            return redirect("admin:articles_article_preview", article.pk)
        return redirect("admin:articles_article_change", article.pk)

    def _meet(self, refused: Refused) -> None:
        """Writes on the form why a door did not open. Where somebody saved meanwhile, it begins from theirs."""
        newest = refused.newest if isinstance(refused, Conflict) else None
        if newest is None or self.article is None:
            self._refuse(refused.findings)
            return
        base = self.article.revisions.filter(pk=self.form.cleaned_data["base"]).first()
        self.compare = (base.number, self.article.working.number) if base else None
        if base and self.form.content().prepared(self.publication.language).is_content_of(
            base
        ):  # nothing was typed: there is nothing of theirs to put in its place
            self.form = self._form(None)
            messages.warning(self.request, " ".join([str(refused), _("It is below: read it first.")]))
            return
        self._refuse(refused.findings)
        self.form.begin_from(newest)
        self.form.add_error(None, _("Yours is below: saved again, it takes the place of theirs, which is kept."))

    @transaction.atomic
    def _through_doors(self, saves: bool) -> tuple[Article, Any]:
        article, done = self.article, _("Saved.")
        if self.step and article is not None:
            self._refuse_if_stale(locked(article))
        before = article.working.pk if article else None
        if saves:
            article = self._save(article)
        assert article is not None, "only saving begins an article"
        if placed := self.post.get("_place", ""):
            sister = self._sister(placed)
            note = _("instead of “%(headline)s”") % {"headline": article.desk_headline}
            publishing.place(sister, on=self.publication, by=self.user, note=note)
            return article, _("Their article stands on %(site)s now; yours stays at the desk.") % {
                "site": self.publication
            }
        if self.act:
            if not may(self.user, self.act.right, article):
                raise Forbidden(_("This is not yours to do here: %(step)s.") % {"step": self.act.title})
            self.act.go(article, self.user)
            return article, self.act.done
        if unpinned := self.post.get("_unpin", ""):
            page_actions.unpin(unpinned, article, self.user)
            return article, _("It no longer stands at the head of that page.")
        if self.step is None:
            return article, done
        step = self.step
        if article.stage != Stage.APPROVED and article.working.pk != before and article.draft_id:
            # They changed what was approved, and say yes to that.
            if step.name == "publish":
                step = TRANSITIONS["approve_and_publish"]
            elif step.name in ("schedule", "schedule_change"):
                article = publishing.approve(article, by=self.user, revision=article.draft_id)
        article = steps.go(
            step, article, self.user, revision=self._read(step, article, saves),
            said=self.say.for_step(step), accept=self.request.GET.getlist("accept"),
        )  # fmt: skip
        return article, steps.DONE[step.name]

    def _refuse_if_stale(self, article: Article) -> None:
        """A step is asked of the page that a person saw; if the article has moved since, they are told how."""
        if self.post.get("stage", article.stage) == article.stage:
            return
        event = article.events.select_related("actor").first()
        assert event is not None
        said = {"who": display_name(event.actor), "what": event.get_verb_display(), "note": event.note}
        message = _("Meanwhile this happened: %(what)s (%(who)s). %(note)s") % said
        raise Refused([Finding("stage", message.strip())])

    def _save(self, article: Article | None) -> Article:
        content, note = self.form.content(), ""
        change, notice = (self.form.cleaned_data.get(name, "") for name in ("change", "correction"))
        if linked := self.post.get("_link", ""):
            content, note = self._with_link(content, self._sister(linked))
        if article is None:
            return editing.create(self.publication, content, by=self.user, note=note)
        base = self.form.cleaned_data["base"] or 0  # a form that doesn't say what it began from began from nothing
        return editing.save_draft(article, content, by=self.user, base=base, change=change, notice=notice, note=note)

    def _read(self, step: Transition, article: Article, saves: bool) -> int | None:
        """The id of the version that this person has before them: the one they typed, or the one their page showed."""
        if saves and not step.is_about_readers:
            return article.draft_id
        return whole_number(self.post.get("live" if step.is_about_readers else "base", ""))

    def _sister(self, posted: str) -> Article:
        rows = Article.objects.live(timezone.now()).exclude(publication=self.publication)
        article = rows.select_related("publication", "live", "next").filter(pk=row_id(posted)).first()
        if article is None:
            raise Refused([Finding("sister", _("Readers don’t have that article any more."))])
        return article

    def _with_link(self, content: Content, sister: Article) -> tuple[Content, str]:
        """The content with a line at its end that leads to a sister's article; and what the log says of it."""
        headline = sister.version_at(timezone.now()).headline
        read_on = _("Read also on %(site)s:") % {"site": sister.publication.name}
        link = f'<a href="{escape(sister.get_absolute_url())}">{escape(headline)}</a>'
        note = _("Linked to “%(headline)s” on %(site)s.")
        said = {"headline": headline, "site": sister.publication.name}
        return replace(content, body=f"{content.body}<p>{escape(read_on)} {link}</p>"), note % said

    def _refuse(self, findings: list[Finding]) -> None:
        self.form.is_valid()
        asked = self.act or self.say
        needs = set(asked.fields) if self.act else {need.value for need in self.step.needs} if self.step else set()
        for finding in findings:
            if self.act or finding.rule in needs:  # said in the dialog, which stands open again
                asked.add_error(finding.rule if finding.rule in needs else None, finding.message)
                field = None
            else:
                rule = "correction" if finding.rule == "notice" else finding.rule
                field = rule if rule in self.form.fields else None
            label = f"{finding.label} – " if finding.label and not field else ""
            self.form.add_error(field, f"{label}{finding.message}")

    def _tell(self, article: Article, done: Any) -> None:
        now = timezone.now()
        if self.step and Need.HOUR in self.step.needs:
            done = f"{done} {self.publication.date(self.say.cleaned_data['at'])}"
        if article.is_live(now):
            done = format_html('{} <a href="{}">{}</a>', done, article.get_absolute_url(), _("View on site"))
        messages.success(self.request, done)
        if article.is_withdrawn(now) and self.step and self.step.goes_live:
            messages.warning(
                self.request, _("It is still withdrawn: readers find the notice until it is put back online.")
            )

    # -- what is shown -------------------------------------------------------------------------------------------------

    def _render(self) -> HttpResponse:
        article, now = self.article, timezone.now()
        nonce = str(self.request.csp_nonce)  # type: ignore[attr-defined]
        script = Media(js=[Script("desk/article.js", type="module")])
        context = {
            **self.context(),
            "publication_of_article": self.publication,
            "form": self.form,
            "media": Media.from_media(self.form.media + script).with_nonce(nonce),
            "badges": state_badges(article) if article else "",
            "page_actions": list(page_actions.available_actions(self.user, article, self.act)) if article else [],
            "clock": self._clock(now),
            "notes": list(article.notes.select_related("author")[:SHOWN_NOTES]) if article else [],
            "pins": self._pins(now),
            "may_pin": bool(article and may(self.user, "article.pin", article)),
            "events": list(article.events.select_related("actor", "revision")[:SHOWN_EVENTS]) if article else [],
            "may_save": self.may_save,
            "buttons": steps.buttons(self.user, self.article_or_new, self._ask, may_save=self.may_save),
            "asked": self._questions(),
            "compare": self.compare,
            "is_live": bool(article and article.is_live(now)),
            "said_last": self._said_last(),
            "may_expunge": bool(article and may(self.user, "article.expunge", article)),
            "editor_words": {"buttons": BUTTONS, **FIGURES},
            "imported": article.imported_from.first() if article else None,
            "has_view_permission": True,
        }
        template = "admin/articles/article/change_form.html"
        return TemplateResponse(self.request, template, context, status=self.status)

    def _questions(self) -> dict[str, Any] | None:
        """The warnings that a person must answer, and what each answer sends."""
        if not self.asked or self.step is None:
            return None
        return {
            "findings": self.asked,
            "step": self.step,
            "go_on": "?" + urlencode([("accept", finding.key) for finding in self.asked]),
            "may_place": may(self.user, "article.place", self.publication),
        }

    def _clock(self, now: dt.datetime) -> list[tuple[Any, dt.datetime, Revision | None]]:
        """The hours that stand ahead of an article, each with what happens then, and to which version."""
        article = self.article
        if article is None:
            return []
        waits, embargoed = article.pending(now), article.is_embargoed(now)
        hours = [
            (_("Embargo until"), article.embargo_until if embargoed else None, None),
            (_("Published at"), article.published_at if Pending.PUBLICATION in waits else None, article.live),
            (_("Change at"), article.next_at if Pending.CHANGE in waits else None, article.next),
            (_("Withdrawn at"), article.withdrawn_at if Pending.WITHDRAWAL in waits else None, None),
        ]
        return [(label, hour, version) for label, hour, version in hours if hour]

    def _pins(self, now: dt.datetime) -> list[Pin]:
        if self.article is None or not self.article.live_id:
            return []
        return list(self.article.pins.current(now).select_related("slot__section", "slot__publication"))

    def _said_last(self) -> Event | None:
        """What an editor asked for, while it stands."""
        if self.article is None or self.article.stage != Stage.CHANGES:
            return None
        return self.article.events.select_related("actor").filter(verb=Verb.CHANGES_REQUESTED).first()
