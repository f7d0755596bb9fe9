"""The steps that set the demo up, by the same actions as the desk: people, images, articles, work in progress."""

import io
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction

from articles.actions import editing, fronts, images, publishing, taxonomy
from articles.content import Content
from articles.demo import agenda, cast
from articles.demo.drawing import draw, portrait
from articles.importers import wxr
from articles.importers.images import ImportedImages
from articles.models import Article, Author, CardStrip
from articles.workflow import Change, Kind
from newsroom.comparator.models import Product
from newsroom.lib.text import plain
from newsroom.publications.checks import DEMO_MARK
from newsroom.publications.models import Host, Membership, Publication
from newsroom.publications.permissions import SYSTEM

HERE = Path(__file__).parent
SCENE = "newsroom_demo_scene"  # the exports' own mark of what to draw for an attachment
SIZE = (1600, 900)

User = get_user_model()
# What other apps add to a site of the demo once its articles are there.
Addition = Callable[[Publication, dict[str, Any]], None]


def people() -> dict[str, Any]:
    """Create the accounts, and return them by user name."""
    made = {}
    for person in cast.PEOPLE:
        user = User(
            username=person.username,
            first_name=person.first_name,
            last_name=person.last_name,
            email=f"{person.username}{DEMO_MARK}",
            is_staff=True,
            is_superuser=person.is_superuser,
        )
        user.set_password(cast.PASSWORD)
        user.save()
        made[person.username] = user
    return made


@transaction.atomic
def publications(users: dict[str, Any]) -> list[Publication]:
    """Create the two publications and their memberships, and return the publications."""
    made = {}
    for fields in cast.PUBLICATIONS:
        publication = Publication(**fields)
        publication.full_clean()
        publication.save()
        made[publication.name] = publication
    name, host = cast.LOCAL_ALIAS
    Host.objects.create(publication=made[name], domain=host, redirects=False)
    Membership.objects.bulk_create(
        Membership(user=users[person.username], publication=made[name], role=role)
        for person in cast.PEOPLE
        for name, role in person.roles
    )
    return list(made.values())


def bylines(users: dict[str, Any]) -> None:
    """Create the bylines, each with a drawn portrait."""
    signing = [person for person in [*cast.PEOPLE, *cast.OTHER_BYLINES] if person.position]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for person, data in zip(signing, pool.map(_portrait, [p.username for p in signing]), strict=True):
            image = images.add(
                io.BytesIO(data),
                by=SYSTEM,
                label=f"portrait-{person.username}",
                alt=f"Portrait dessiné de {person.name}",
            )
            taxonomy.save_author(
                Author(
                    name=person.name,
                    user=users.get(person.username),
                    position=person.position,
                    biography=person.biography,
                    portrait=image,
                ),
                by=SYSTEM,
            )


def export_of(publication: Publication) -> Path:
    """Return the path of the export file that a publication's articles come from."""
    return HERE / cast.EXPORTS[publication.name]


def draw_images(publication: Publication) -> Iterator[int]:
    """Draw an image for each attachment of the export, and record it. Yields their number first, then 1 for each."""
    held = ImportedImages(publication)
    items = []
    for record in wxr.read(export_of(publication), time_zone=publication.zone):
        if isinstance(record, wxr.Site):
            held.source = record.base_url
        elif isinstance(record, wxr.Item) and record.meta.get(SCENE):
            items.append(record)
    yield len(items)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        drawn = pool.map(_image, [(item.meta[SCENE], item.attachment_url) for item in items])
        for item, data in zip(items, drawn, strict=True):
            image = images.add(
                io.BytesIO(data),
                by=SYSTEM,
                label=item.title,
                alt=item.meta.get("_wp_attachment_image_alt", ""),
                caption=plain(item.excerpt),
                credit=plain(item.body).removeprefix("Illustration :").strip(),
            )
            held.attach(image, attachment_id=item.post_id, address=item.attachment_url)
            yield 1


def articles(publication: Publication) -> None:
    """Import the articles, by the command import_wxr."""
    call_command("import_wxr", str(export_of(publication)), publication=publication.name, verbosity=0)


def streams(users: dict[str, Any]) -> None:
    """Subscribe each site to its sister's articles."""
    for name, of, slug in cast.SUBSCRIPTIONS:
        site, sister = Publication.objects.get(name=name), Publication.objects.get(name=of)
        section = sister.sections.get(slug=slug) if slug else None
        fronts.subscribe(site, sister, section, by=users["thomas"])


def strips(users: dict[str, Any]) -> None:
    """Create the strips of cards of each site."""
    for name, title, area, of, sections, names, count in cast.STRIPS:
        site, source = Publication.objects.get(name=name), Publication.objects.get(name=of)
        tags = [tag.pk for tag in taxonomy.tags_named(names, by=SYSTEM)]
        chosen = list(source.sections.filter(slug__in=sections).values_list("pk", flat=True))
        strip = CardStrip(
            publication=site, title=title, area=area, source_publication=source,
            section_ids=chosen, tag_ids=tags, count=count, is_live=True,
        )  # fmt: skip
        fronts.save_strip(strip, by=users["thomas"])


def price_box(users: dict[str, Any]) -> None:
    """End a review with the prices of what it tried."""
    review, product = cast.PRICED
    article = Article.objects.get(live__slug=review)
    figure = f'<figure data-product="{Product.objects.get(slug=product).pk}"></figure>'
    content = replace(Content.of(article.working), body=article.working.body + figure)
    draft = editing.save_draft(article, content, by=users["thomas"], change=Change.TYPO)
    publishing.approve_and_publish(draft, by=users["thomas"], revision=_draft(draft), accept=agenda.known(draft))


def the_day(publication: Publication, users: dict[str, Any]) -> None:
    """Add what an export does not have: kinds, a sponsor, a withdrawn article, and work in progress."""
    publisher = users["thomas"]
    published = publication.articles.filter(live__isnull=False).exclude(live_kind=Kind.PAGE)
    for article in published.filter(live__slug__startswith=cast.REVIEW_SLUGS):
        _republish(article, publisher, kind=Kind.REVIEW)
    for article in published.filter(live__section__slug=cast.DEAL_SECTION):
        _republish(article, publisher, kind=Kind.DEAL)
    slug, sponsor, address = cast.SPONSORED[publication.name]
    _republish(
        published.get(live__slug=slug),
        publisher,
        kind=Kind.SPONSORED,
        sponsor=sponsor,
        sponsor_url=address,
        authors=(),
    )
    bad = published.get(live__slug=cast.WITHDRAWN[publication.name])
    publishing.withdraw(bad, by=publisher, notice=cast.WITHDRAWAL)
    newest = list(published.filter(live_kind=Kind.NEWS).order_by("-published_at")[:3])
    reworked = Content.of(newest[1].working)
    editing.save_draft(  # readers keep the revision they have
        newest[1],
        replace(reworked, kicker="Notre suivi", standfirst=f"{reworked.standfirst} À compléter."),
        by=users["ines"],
    )
    model = Content.of(newest[2].working)
    words = cast.IN_WORK[publication.name]
    content = replace(
        model, slug="", kind=Kind.NEWS, authors=_byline(words.by), headline=words.headline,
        standfirst=words.standfirst, body=words.body,
    )  # fmt: skip
    article = editing.create(publication, content, by=users[words.by])
    # Where review is required the desk's day shows its queues; where it isn't, an article that nobody has read yet.
    if publication.review_required:
        editor = users["ines"]
        article = publishing.submit(article, by=users[words.by])
        publishing.request_changes(article, by=editor, revision=_draft(article), note=cast.SENT_BACK)
        waiting, ready = list(publication.articles.filter(live=None).exclude(pk=article.pk).order_by("pk"))[:2]
        publishing.submit(waiting, by=editor)
        publishing.submit(ready, by=publisher)
        publishing.approve(ready, by=editor, revision=_draft(ready))
    else:
        publishing.publish_unreviewed(
            article, by=users[words.by], revision=_draft(article), accept=agenda.known(article)
        )


def _byline(username: str) -> tuple[Author, ...]:
    return tuple(Author.objects.filter(user__username=username))


def _draft(article: Article) -> int:
    assert article.draft_id is not None
    return article.draft_id


def _republish(article: Article, by: Any, **changes: Any) -> None:
    content = replace(Content.of(article.working), **changes)
    draft = editing.save_draft(article, content, by=by)
    publishing.approve_and_publish(draft, by=by, revision=_draft(draft), accept=agenda.known(draft))


def _image(job: tuple[str, str]) -> bytes:
    return _jpeg(draw(job[0], job[1], SIZE))


def _portrait(seed: str) -> bytes:
    return _jpeg(portrait(seed))


def _jpeg(image: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def close_accounts() -> int:
    """Deactivate the demo's accounts, so that a production start accepts the database, and return how many."""
    return User.objects.filter(email__endswith=DEMO_MARK, is_active=True).update(is_active=False)
