"""`pk__in_first=`, `article__in_first=`: rows whose key a subquery gives, which the database works out first, and once.

PostgreSQL plans an IN as one more join of the query around it. With the joins that a card needs there are more of them
than it reorders (join_collapse_limit, 8), and it then joins all rows before it keeps the few: what takes a millisecond
at 2,000 articles takes half a second at 100,000. An array is worked out before the query begins, and its rows are
looked up by their key. SQLite does so by itself.
"""

from typing import Any

from django.db.models import Field, ForeignKey
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In


class _First:
    rhs_is_direct_value: Any

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        is_array = connection.vendor == "postgresql" and not self.rhs_is_direct_value()
        return f"= ANY(ARRAY({rhs}))" if is_array else f"IN {rhs}"


@Field.register_lookup
class InFirst(_First, In):
    """`IN` a queryset of keys, on a column."""

    lookup_name = "in_first"


@ForeignKey.register_lookup
class RelatedInFirst(_First, RelatedIn):
    """`IN` a queryset of keys, on a foreign key."""

    lookup_name = "in_first"
