"""Edits of every kind that changes what readers see, each by its action, on what there is at that moment."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.actions import editing, expunging, fronts, images, most_read, publishing, scheduling, taxonomy
from articles.content import Content
from articles.models import Article, Author, CardStrip, Image, PartnerItem, Pin, Placement, StreamSource, Tag
from articles.partners import actions as partner_actions
from articles.workflow import Refused as ArticleRefused
from comments.actions import messages, moderation, posting, replies
from comments.actions import settings as comment_settings
from comments.actions.messages import NewMessage
from comments.actions.moderation import SeenVersion
from comments.actions.posting import NewComment
from comments.models import Comment, RightOfReply, ThreadPolicy
from comments.policy import settings_of
from comments.refusals import Refused as CommentRefused
from comments.states import Decision, Mode
from newsroom.audience import writing as visits
from newsroom.comparator.actions.importing import How, import_batch
from newsroom.comparator.actions.merchants import save_merchant
from newsroom.comparator.actions.products import save_product
from newsroom.comparator.models import Merchant, Product
from newsroom.lib.client import Client
from newsroom.pagecache.models import Purge
from newsroom.publications import actions as publication_actions
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from tests.factories import make_article, make_feed, make_headline, make_image, make_tags
from tests.newsroom.comparator.base import code, row

NOT_POSSIBLE = (ArticleRefused, CommentRefused, IndexError)  # on what there is just now


class Editor:
    """Somebody who changes a site of two publications at random. `run` does one edit and returns its name."""

    def __init__(self, kg: Publication, ia: Publication, seed: int):
        self.kg, self.ia, self.random, self.count = kg, ia, random.Random(seed), 0
        self.kept: set[int] = set()  # articles that are somebody else's to change
        self.edits: list[Callable[[], object]] = [
            self.publish, self.publish, self.retitle, self.retitle, self.retag, self.withdraw, self.reinstate, self.pin,
            self.unpin, self.place, self.unplace, self.comment, self.comment, self.comment, self.moderate,
            self.delete_comment, self.rename_section, self.rename_author, self.rename_tag, self.merge_tags,
            self.show_most_read, self.read, self.read,
            self.describe_image, self.save_strip, self.delete_strip, self.hide_headline, self.new_headline,
            self.schedule, self.schedule_change, self.schedule_withdrawal, self.change_publication, self.close_thread,
            self.close_threads_of_section, self.change_comment_settings, self.expunge_comment, self.subscribe,
            self.static_page, self.publish_correction, self.publish_reply, self.take_reply_down, self.reprice,
            self.reprice, self.sell_out, self.rename_product, self.rename_merchant,
        ]  # fmt: skip

    def run(self, *, in_silence: bool = False) -> str:
        """`in_silence`: without the purges that the edit writes, as by an action that forgets them."""
        while True:
            edit = self.random.choice(self.edits)
            self.count += 1
            try:
                with transaction.atomic():
                    edit()
                    if in_silence:
                        Purge.objects.all().delete()
            except NOT_POSSIBLE:
                continue
            return edit.__name__

    def article(self) -> Article:
        rows = Article.objects.live(timezone.now()).exclude(live_kind="page").exclude(pk__in=self.kept).order_by("pk")
        return self.random.choice(list(rows.select_related("publication")))

    def soon(self) -> dt.datetime:
        return timezone.now() + dt.timedelta(seconds=self.random.uniform(0.3, 2.5))

    def word(self) -> str:
        return f"{self.random.choice(('Robot', 'Fusée', 'Console', 'Puce', 'Drone'))} {self.count}"

    # -- articles --------------------------------------------------------------------------------------------------

    def publish(self) -> None:
        site = self.random.choice((self.kg, self.ia))
        make_article(
            site, self.word(), section=self.random.choice(list(site.sections.all())),
            tags=tuple(self.random.sample(list(Tag.objects.filter(merged_into=None)), 2)),
            authors=(self.random.choice(list(Author.objects.all())),), lead_image=Image.objects.order_by("?").first(),
        )  # fmt: skip

    def static_page(self) -> None:
        make_article(self.random.choice((self.kg, self.ia)), self.word(), kind="page", section=None)

    def _change(self, **fields: object) -> None:
        article = self.article()
        working = article.working
        content = replace(Content.of(working), **fields)
        article = editing.save_draft(article, content, by=SYSTEM, base=working.pk, change="update")
        publishing.approve_and_publish(article, by=SYSTEM, revision=article.draft_id or 0, accept=Everything())

    def retitle(self) -> None:
        self._change(headline=self.word(), standfirst=self.word())

    def publish_correction(self) -> None:
        article = self.article()
        content = replace(Content.of(article.working), standfirst=self.word())
        article = editing.save_draft(
            article, content, by=SYSTEM, base=article.working.pk, change="correction", notice=self.word()
        )
        publishing.approve_and_publish(article, by=SYSTEM, revision=article.draft_id or 0, accept=Everything())

    def publish_reply(self) -> None:
        article = self.article()
        new = NewMessage("reply", self.word(), self.word(), f"r{self.count}@example.org", article.get_absolute_url())
        message = messages.receive(article.publication, new, client=Client(f"198.18.1.{self.count % 250}", 1))
        replies.insert(message, "", by=SYSTEM)

    def take_reply_down(self) -> None:
        reply = self.random.choice(list(RightOfReply.objects.filter(taken_down_at=None).order_by("pk")))
        replies.take_down(reply.message, self.word(), by=SYSTEM)

    def retag(self) -> None:
        self._change(tags=make_tags(self.word()))

    def withdraw(self) -> None:
        publishing.withdraw(self.article(), by=SYSTEM, notice="Retiré.")

    def reinstate(self) -> None:
        rows = Article.objects.filter(withdrawn_at__lte=timezone.now(), live__isnull=False)
        publishing.reinstate(rows[0], by=SYSTEM)

    def schedule(self) -> None:
        content = Content(self.word(), body="<p>Un paragraphe.</p>", section=self.kg.sections.first())
        draft = editing.create(self.kg, content, by=SYSTEM)
        draft = publishing.approve(draft, by=SYSTEM, revision=draft.draft_id or 0)
        scheduling.schedule(draft, by=SYSTEM, revision=draft.draft_id or 0, at=self.soon(), accept=Everything())

    def schedule_change(self) -> None:
        article = self.article()
        content = replace(Content.of(article.working), headline=self.word())
        article = editing.save_draft(article, content, by=SYSTEM, base=article.working.pk, change="update")
        article = publishing.approve(article, by=SYSTEM, revision=article.draft_id or 0)
        scheduling.schedule_change(
            article, by=SYSTEM, revision=article.draft_id or 0, at=self.soon(), accept=Everything()
        )

    def schedule_withdrawal(self) -> None:
        scheduling.schedule_withdrawal(self.article(), by=SYSTEM, at=self.soon(), notice="Retiré.")

    # -- fronts ----------------------------------------------------------------------------------------------------

    def pin(self) -> None:
        article = self.article()
        fronts.pin(article, on=article.publication, by=SYSTEM, until=timezone.now() + dt.timedelta(seconds=3))

    def unpin(self) -> None:
        fronts.unpin(Pin.objects.select_related("slot__publication", "article")[0], by=SYSTEM)

    def place(self) -> None:
        article = self.article()
        publishing.place(article, on=self.ia if article.publication_id == self.kg.pk else self.kg, by=SYSTEM)

    def unplace(self) -> None:
        rows = Placement.objects.exclude(publication=F("article__publication")).select_related(
            "article__publication", "publication"
        )
        placement = rows[0]
        publishing.unplace(placement.article, on=placement.publication, by=SYSTEM)

    def save_strip(self) -> None:
        other, site = self.random.sample([self.kg, self.ia], 2)
        fronts.save_strip(
            CardStrip(publication=site, title=self.word(), source_publication=other, is_live=True), by=SYSTEM
        )

    def show_most_read(self) -> None:
        site, area = self.random.choice((self.kg, self.ia)), self.random.choice(("home", "beside"))
        strip = CardStrip(publication=site, title=self.word(), source="most_read", area=area, count=3, is_live=True)
        fronts.save_strip(strip, by=SYSTEM)

    def read(self) -> None:
        visits.add({self.article().pk: self.random.randint(1, 50)}, timezone.now())
        most_read.renew_all()

    def delete_strip(self) -> None:
        fronts.delete_strip(CardStrip.objects.select_related("publication")[1], by=SYSTEM)

    def subscribe(self) -> None:
        if source := StreamSource.objects.select_related("publication").first():
            fronts.unsubscribe(source, by=SYSTEM)
        else:
            fronts.subscribe(self.kg, self.ia, by=SYSTEM)

    def new_headline(self) -> None:
        feed = self.kg.partner_feeds.first() or make_feed(self.kg, "Partenaire")
        make_headline(feed, self.word())

    def hide_headline(self) -> None:
        item = list(PartnerItem.objects.select_related("feed__publication"))[-1]
        partner_actions.hide_item(item, by=SYSTEM, hidden=not item.is_hidden)

    # -- what articles are sorted under ----------------------------------------------------------------------------

    def rename_section(self) -> None:
        section = self.random.choice(list(self.kg.sections.select_related("publication")))
        section.name = self.word()
        taxonomy.save_section(section, by=SYSTEM)

    def rename_author(self) -> None:
        author = self.random.choice(list(Author.objects.all()))
        author.name = self.word()
        taxonomy.save_author(author, by=SYSTEM)

    def rename_tag(self) -> None:
        tag = self.random.choice(list(Tag.objects.filter(merged_into=None)))
        tag.name = f"{self.word()} {tag.pk}"
        taxonomy.save_tag(tag, by=SYSTEM)

    def merge_tags(self) -> None:
        tags = list(Tag.objects.filter(merged_into=None))
        if len(tags) < 8:
            make_tags(self.word())
        else:
            taxonomy.merge_tags(*self.random.sample(tags, 2), by=SYSTEM)

    def describe_image(self) -> None:
        image = self.random.choice(list(Image.objects.all()) or [make_image()])
        image.alt = image.caption = self.word()
        images.describe(image, by=SYSTEM)

    def change_publication(self) -> None:
        site = self.random.choice((self.kg, self.ia))
        site.tagline = self.word()
        publication_actions.save_publication(site, by=SYSTEM, columns=["tagline"])

    # -- comments --------------------------------------------------------------------------------------------------

    def comment(self) -> None:
        posting.post(
            self.article(), NewComment(self.word(), "Zoé", f"zoe{self.count}@example.org"),
            client=Client(f"198.18.{self.count // 250 % 250}.{self.count % 250 + 1}", 1),
        )  # fmt: skip

    def moderate(self) -> None:
        rows = Comment.objects.exclude(article__in=self.kept).select_related("publication")
        comment = self.random.choice(list(rows))
        decision = self.random.choice((Decision.APPROVE, Decision.REJECT, Decision.SPAM))
        moderation.decide(comment.publication, [SeenVersion(comment.pk, comment.version)], decision, by=SYSTEM)

    def delete_comment(self) -> None:
        rows = Comment.objects.exclude(article__in=self.kept).filter(status="approved")
        posting.delete(self.random.choice(list(rows)))

    def close_thread(self) -> None:
        article = self.article()
        policy = ThreadPolicy.objects.filter(article=article).first() or ThreadPolicy(
            publication=article.publication, article=article
        )
        policy.mode = self.random.choice((Mode.CLOSED, Mode.OPEN, Mode.PREMODERATED))
        comment_settings.save_policy(policy, by=SYSTEM)

    def close_threads_of_section(self) -> None:
        section = self.random.choice(list(self.kg.sections.all()))
        policy = ThreadPolicy.objects.filter(section=section).first() or ThreadPolicy(
            publication=self.kg, section=section
        )
        policy.mode = self.random.choice((Mode.CLOSED, Mode.OPEN))
        comment_settings.save_policy(policy, by=SYSTEM)

    def change_comment_settings(self) -> None:
        settings = settings_of(self.random.choice((self.kg, self.ia)))
        if settings.pk is None:
            settings.save()  # the defaults, as they stand
        settings.rules = self.word()
        comment_settings.save_settings(settings, ["rules"], by=SYSTEM)

    def reprice(self) -> None:
        """One of three merchants offers one of three products at another price, paid for or not."""
        self._offer(price_cents=1_000 + self.count, is_paid=self.random.random() < 0.5)

    def sell_out(self) -> None:
        self._offer(price_cents=self.count, availability="out_of_stock")

    def _offer(self, *, is_paid: bool = False, **offered: Any) -> None:
        merchants, number = list(Merchant.objects.all()), self.random.randrange(3)
        if len(merchants) < 3:
            merchants.append(save_merchant(Merchant(name=f"Marchand {self.count}"), by=SYSTEM))
        model, title = f"A{number}", "Casque Brume" if not number else f"Casque {number}"
        offer = row(key=f"sku-{number}", title=title, model=model, gtin=code(number), **offered)
        import_batch([offer], How(self.random.choice(merchants), is_paid=is_paid), timezone.now())

    def rename_product(self) -> None:
        product = self.random.choice(list(Product.objects.all()))
        product.name = self.word()
        save_product(product, by=SYSTEM)

    def rename_merchant(self) -> None:
        merchant = self.random.choice(list(Merchant.objects.all()))
        merchant.name = self.word()
        save_merchant(merchant, by=SYSTEM)

    def expunge_comment(self) -> None:
        comment = self.random.choice(list(Comment.objects.filter(status="approved").select_related("article")))
        expunging.expunge_passage(comment.article, comment.text, by=SYSTEM, order=f"Ordonnance n° {self.count}")


class Everything(set[str]):
    """All findings of the checks, whatever they are: each is accepted."""

    def __contains__(self, key: object) -> bool:
        return True
