"""The demo's catalogue: a hundred invented products of invented brands, and four invented merchants. Pure data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shop:
    """A merchant of the demo; its prices differ by `dearer` in a hundred. `delivery` is in cents, None: not told."""

    name: str
    dearer: int
    delivery: int | None
    is_paid: bool
    sells: int  # of ten products, how many


SHOPS = (
    Shop("Électro-Bastide", 0, 499, True, 9),
    Shop("Mercerie du Son", 3, 0, False, 6),
    Shop("La Boutique d’Octave", -2, 790, False, 7),
    Shop("Comptoir Lumen", 1, None, True, 8),
)

# Category, what such a product is called, brands, price in euros from and to.
FAMILIES = (
    ("Casques audio", "Casque sans fil", ("Aulne", "Sirocco", "Véga Sud"), 49, 379),
    ("Écouteurs", "Écouteurs", ("Aulne", "Pinson", "Sirocco"), 29, 279),
    ("Smartphones", "Smartphone", ("Halcyon", "Orme", "Kestrel"), 149, 1299),
    ("Tablettes", "Tablette", ("Halcyon", "Orme"), 179, 999),
    ("Montres connectées", "Montre connectée", ("Kestrel", "Méridienne"), 79, 449),
    ("Ordinateurs portables", "Ordinateur portable", ("Orme", "Tessière"), 449, 2199),
    ("Écrans", "Écran", ("Tessière", "Pinson"), 119, 799),
    ("Enceintes", "Enceinte", ("Véga Sud", "Aulne"), 39, 499),
    ("Claviers et souris", "Clavier mécanique", ("Tessière", "Kestrel"), 35, 199),
    ("Consoles et manettes", "Manette", ("Pinson", "Kestrel"), 29, 129),
)
SERIES = (
    "Brume", "Galet Pro", "Onde Mini", "Lisière 2", "Cap Max", "Nacre", "Delta S", "Sillon 3", "Ambre Air",
    "Zénith Studio",
)  # fmt: skip
PER_FAMILY = 10
# What an article of the demo has tried, at its price there: family and number → brand, model, name, euros.
TRIED = {(7, 3): ("Tesselle", "TE-H1", "Enceinte Tesselle Home", 199)}
