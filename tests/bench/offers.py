"""What importing 100,000 offers takes, in seconds and memory: `make bench`.

Three runs of `manage.py import_offers` over generated files: a first one, which also adds the products; the same again,
which changes nothing; one where every tenth price has changed. CSV with Awin's names, then XML as Google has it.

    python -m tests.bench.offers --offers 100000
    DATABASE_URL=postgres://postgres@127.0.0.1:5432/bench python -m tests.bench.offers     fills that database
"""

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from rich.console import Console
from rich.table import Table

from newsroom.comparator.gtin import check_digit

OFFERS = 100_000
MAX_SECONDS, MAX_MEGABYTES = 120, 300  # issue 17
ROOT = Path(__file__).parents[2]
BRANDS = [
    f"{first}{last}" for first in ("Ar", "Bel", "Cor", "Dal", "Ev", "Fal", "Gor") for last in ("ion", "ix", "ane", "um")
]
THINGS = ("Casque", "Écouteurs", "Téléphone", "Tablette", "Montre", "Clavier", "Souris", "Écran", "Enceinte", "Drone")
AWIN = (
    "aw_product_id", "merchant_product_id", "product_name", "brand_name", "mpn", "ean", "search_price", "delivery_cost",
    "currency", "aw_deep_link", "merchant_image_url", "merchant_category", "in_stock",
)  # fmt: skip


def offers(number: int, prices_seed: int) -> Iterator[dict[str, str]]:
    """Yield so many offers by Awin's names. Another `prices_seed` changes every tenth price and nothing else."""
    chance = random.Random(17)
    for n in range(number):
        brand, thing = chance.choice(BRANDS), chance.choice(THINGS)
        model, price = f"{brand[:2].upper()}-{chance.randrange(10**6)}", chance.randrange(900, 200_000)
        if n % 10 == prices_seed % 10 and prices_seed:
            price += 101
        stem = f"3{n:011d}"
        yield dict(zip(AWIN, (
            str(n), f"sku-{n}", f"{thing} {brand} {model} {chance.choice(('noir', 'blanc', 'bleu'))}", brand, model,
            stem + check_digit(stem), f"{price / 100:.2f}", "4.99" if n % 3 else "0", "EUR",
            f"https://marchand.example/p/{n}?aff=1", f"https://marchand.example/i/{n}.jpg", f"{thing}s", "1",
        ), strict=True))  # fmt: skip


def write_csv(path: Path, number: int, prices_seed: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, AWIN)
        writer.writeheader()
        writer.writerows(offers(number, prices_seed))


GOOGLE = {
    "merchant_product_id": "id", "product_name": "title", "brand_name": "brand", "mpn": "mpn", "ean": "gtin",
    "search_price": "price", "aw_deep_link": "link", "merchant_image_url": "image_link",
    "merchant_category": "product_type", "in_stock": "availability",
}  # fmt: skip


def write_xml(path: Path, number: int, prices_seed: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write('<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>x</title>\n')
        for offer in offers(number, prices_seed):
            offer["search_price"] += " EUR"
            inside = "".join(f"<g:{theirs}>{escape(offer[ours])}</g:{theirs}>" for ours, theirs in GOOGLE.items())
            shipping = (
                f"<g:shipping><g:country>FR</g:country><g:price>{offer['delivery_cost']} EUR</g:price></g:shipping>"
            )
            file.write(f"<item>{inside}{shipping}</item>\n")
        file.write("</channel></rss>\n")


def run(*command: str, environment: dict[str, str]) -> tuple[float, float, float]:
    """Run manage.py, and return the seconds, those of the processor and the most megabytes that it took."""
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=environment)
    _pid, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"manage.py {' '.join(command)} failed")
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=OFFERS)
    number = parser.parse_args().offers
    table, is_good = Table("what", "seconds", "of the processor", "MB"), True
    with tempfile.TemporaryDirectory(prefix="newsroom-offers-") as name:
        folder = Path(name)
        environment = {**os.environ, "NEWSROOM_DEMO": "1", "NEWSROOM_VAR": name}
        run("migrate", "--verbosity", "0", environment=environment)
        script = (
            "from newsroom.comparator.models import Merchant as M; [M(name=n, slug=n).save() for n in ('csv', 'xml')]"
        )
        run("shell", "--verbosity", "0", "--command", script, environment=environment)
        for kind, write in (("csv", write_csv), ("xml", write_xml)):
            for what, seed in (("first", 0), ("the same again", 0), ("every tenth price changed", 5)):
                file = folder / f"offers.{kind}"
                write(file, number, seed)
                seconds, busy, megabytes = run("import_offers", str(file), "--merchant", kind, environment=environment)
                is_good &= seconds <= MAX_SECONDS and megabytes <= MAX_MEGABYTES
                table.add_row(f"{number:,} offers, {kind}, {what}", f"{seconds:.1f}", f"{busy:.1f}", f"{megabytes:.0f}")
    Console().print(table)
    Console().print(f"At most {MAX_SECONDS} s and {MAX_MEGABYTES} MB: {'kept' if is_good else 'NOT KEPT'}.")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
