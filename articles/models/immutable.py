"""The base of models whose rows are written once and never changed."""

from typing import Any, NoReturn

from django.db import models


class Immutable(Exception):
    """Raised on an attempt to change or delete a row that is kept as it was written."""


class WrittenOnceQuerySet(models.QuerySet[Any]):
    """Rows that can be added and read, nothing else."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Immutable(f"{self.model._meta.verbose_name}: rows are never changed or deleted")

    def bulk_create(self, *args: Any, update_conflicts: bool = False, **kwargs: Any) -> Any:
        return self._refuse() if update_conflicts else super().bulk_create(*args, **kwargs)

    update = bulk_update = delete = update_or_create = _refuse

    def expunge(self, **columns: Any) -> int:
        """Update rows, to remove what an order names. For actions/expunging.py only, as a test ensures."""
        return super().update(**columns)


class WrittenOnce(models.Model):
    """A model whose rows never change. Raises Immutable if one is saved again or deleted."""

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Immutable(f"{self._meta.verbose_name} {self.pk} was written once and never changes")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Immutable(f"{self._meta.verbose_name} {self.pk} is kept")
