"""The site that is edited, what there is to read of it, and the processes that serve it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr
from pathlib import Path

from django.utils import timezone

from articles.models import Article, Author, Tag
from newsroom.comparator.actions.importing import How, import_batch
from newsroom.comparator.actions.merchants import save_merchant
from newsroom.comparator.models import Merchant, Product
from newsroom.keys import ring
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from tests.factories import make_article, make_author, make_image, make_section, make_tags
from tests.living.processes import Reader, free_port, running, wait_until
from tests.newsroom.comparator.base import code, row

OF_EVERY_SITE = (
    "/", "/feed/", "/feed/json/", "/sitemap.xml", "/sitemap-news.xml", "/sitemap-lists.xml", "/rectificatifs/",
    "/robots.txt", "/archives/",
)  # fmt: skip


def site() -> tuple[Publication, Publication]:
    """Two publications with sections, authors, tags, images and a few articles."""
    ring.make_first_keys()
    kg = Publication.objects.create(
        name="KultureGeek", domain="kulturegeek.localhost", position=1, compares_prices=True
    )
    ia = Publication.objects.create(name="iPhoneAddict", domain="iphoneaddict.localhost", position=2)
    for publication, names in ((kg, ("Jeux", "Science")), (ia, ("Mac",))):
        for name in names:
            make_section(publication, name, name.lower())
    tags, authors = make_tags(*(f"Sujet {n}" for n in range(6))), [make_author(f"Auteur {n}") for n in range(3)]
    for n in range(12):
        publication = ia if n % 4 == 0 else kg
        make_article(publication, f"Titre {n}", tags=tags[n % 3 : n % 3 + 3], authors=(authors[n % 3],),
                     lead_image=make_image(alt=f"Image {n}"))  # fmt: skip
    merchant = save_merchant(Merchant(name="Comptoir Lumen"), by=SYSTEM)
    import_batch([row(key="sku-0", title="Casque Brume", model="A0", gtin=code(0))], How(merchant), timezone.now())
    box = f'<p>Un.</p><figure data-product="{Product.objects.get().pk}"></figure>'
    make_article(kg, "Un encadré de prix", body=box)
    return kg, ia


def pages(kg: Publication, ia: Publication) -> list[tuple[str, str]]:
    """Every kind of page, as (host, path), of what there is now."""
    found = []
    for publication in (kg, ia):
        host = publication.domain
        found += [(host, path) for path in OF_EVERY_SITE]
        found += [(host, section.path) for section in publication.sections.all()]
        found.append((host, f"/archives/{timezone.now().astimezone(publication.zone):%Y/%m}/"))
        rows = Article.objects.filter(publication=publication).exclude(path="")
        articles = [*rows.order_by("-pk")[:5], *rows.order_by("pk")[:2]]  # two that nobody changes for long
        found += [(host, article.path) for article in articles]
        found += [(host, f"/c/article/{article.pk}/") for article in articles[:2]]
    found += [(kg.domain, path) for path in ("/comparateur/", "/comparateur/fonctionnement/")]
    found += [(kg.domain, f"/comparateur/{product.slug}/") for product in Product.objects.order_by("-pk")[:2]]
    boxed = Article.objects.filter(publication=kg, live__body__contains="data-product").first()
    found += [(kg.domain, boxed.path)] if boxed else []
    found += [(kg.domain, f"/tag/{tag.slug}/") for tag in Tag.objects.order_by("-pk")[:2]]
    found += [(kg.domain, f"/auteur/{author.slug}/") for author in Author.objects.order_by("pk")[:1]]
    return found


@contextmanager
def served(
    database: str, host: str, servers: int, var: Path, log: Path, edge: Path | None = None, **settings: str
) -> Iterator[list[int]]:
    """Serve by several processes with the same database and NEWSROOM_VAR. Yield their ports. `edge`: nginx's folder."""
    environment = {"NEWSROOM_PORT": "8000", "NEWSROOM_VAR": str(var), **settings}
    if edge:
        proxied = {"NEWSROOM_BEHIND_PROXY": "true", "NEWSROOM_TRUSTED_PROXIES": "127.0.0.1"}
        environment |= {"NEWSROOM_EDGE_NGINX": str(edge), **proxied}
    with ExitStack() as processes, log.open("a") as written:
        ports = []
        for _n in range(servers):
            port = free_port()
            with redirect_stderr(written):
                processes.enter_context(running(database, "serve", "--port", str(port), **environment))
            reader = Reader(port, host)  # the first one collects static files, the others find them
            wait_until(lambda reader=reader: reader.read("/healthz")[0] == 200, 90, "a server that answers")  # type: ignore[misc]
            ports.append(port)
        yield ports
