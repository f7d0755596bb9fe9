"""Who may do what with the catalogue: verb → role → scope. Pure data, named in newsroom/extensions.py.

Products, merchants and offers belong to the whole install: a role in any publication is enough.
"""

from newsroom.publications.models import Role
from newsroom.publications.permissions import Scope, Table

WRITER, EDITOR, PUBLISHER = Role.WRITER, Role.EDITOR, Role.PUBLISHER
ANY = Scope.ANY

TABLE: Table = {
    "product.view": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY},
    "product.change": {EDITOR: ANY, PUBLISHER: ANY},
    "offer.match": {EDITOR: ANY, PUBLISHER: ANY},  # say which product an offer is for
    "merchant.view": {EDITOR: ANY, PUBLISHER: ANY},
    "merchant.change": {PUBLISHER: ANY},  # merchants, their feeds, and who pays
}
