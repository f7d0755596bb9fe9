"""Rows that are written once."""

from typing import Any, NoReturn

from django.db import models


class Immutable(Exception):
    """Somebody tried to change or delete what is kept as it was written."""


class WrittenOnceQuerySet(models.QuerySet[Any]):
    """Rows can be added and read, nothing else."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Immutable(f"{self.model._meta.verbose_name}: rows are never changed or deleted")

    def bulk_create(self, *args: Any, update_conflicts: bool = False, **kwargs: Any) -> Any:
        return self._refuse() if update_conflicts else super().bulk_create(*args, **kwargs)

    update = bulk_update = delete = update_or_create = _refuse

    def expunge(self, **columns: Any) -> int:
        """The one exception: what was ordered removed. For articles/actions/expunging.py only; a test holds that."""
        return super().update(**columns)


class WrittenOnce(models.Model):
    """A model whose rows never change."""

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Immutable(f"{self._meta.verbose_name} {self.pk} was written once and never changes")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Immutable(f"{self._meta.verbose_name} {self.pk} is kept")
