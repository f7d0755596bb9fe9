"""Authors: the names that articles are signed with."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.lib.sorting import Alphabetical
from newsroom.timestamps import Timestamped


class Author(Timestamped):
    """A name that articles are signed with, on all publications of this install; may or may not be a user.

    Written by actions/taxonomy.py.
    """

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="byline",
        verbose_name=_("person"),
        help_text=_("Who signs with this byline, if they work at this desk."),
    )
    position = models.CharField(_("job title"), max_length=120, blank=True)
    biography = models.TextField(_("biography"), blank=True, max_length=1200)
    portrait = models.ForeignKey(
        "articles.Image", models.PROTECT, null=True, blank=True, related_name="portrait_of", verbose_name=_("portrait")
    )

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = [Alphabetical("name"), "pk"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def id_for_user(cls, user: Any) -> int | None:
        """Return the id of the author that a user is linked to, or None. Read once for each user object."""
        if not hasattr(user, "_newsroom_byline"):
            user._newsroom_byline = cls.objects.filter(user=user).values_list("pk", flat=True).first()
        return user._newsroom_byline  # type: ignore[no-any-return]  # an attribute of ours on the user
