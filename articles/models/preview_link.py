"""Preview links: addresses at which one revision can be read without an account."""

import datetime as dt

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.revision import Revision
from newsroom.lib.text import row_id

_SIGNER = Signer(salt="newsroom.preview", sep=".")


class PreviewLink(models.Model):
    """A permission to read one revision without an account, until a set time. Written by actions/preview_links.py."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="preview_links")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+", verbose_name=_("revision"))
    for_whom = models.CharField(_("for whom"), max_length=120)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.for_whom

    @property
    def token(self) -> str:
        """The secret part of its address: the row's id and a keyed signature, which nobody can guess."""
        return _SIGNER.sign(str(self.pk))

    @classmethod
    def id_in(cls, token: str) -> int:
        """Return the row's id in a token; 0, which no row has, if this install did not sign it."""
        try:
            return row_id(_SIGNER.unsign(token))
        except BadSignature:
            return 0

    def is_open(self, now: dt.datetime) -> bool:
        """Return whether it can be read at `now`. A withdrawal closes the links that were made before it."""
        withdrawn_at = self.article.withdrawn_at
        was_withdrawn = withdrawn_at is not None and self.created_at < withdrawn_at <= now
        return self.revoked_at is None and now < self.expires_at and not was_withdrawn

    @property
    def url(self) -> str:
        """Its address with the origin of the article's own site."""
        return self.article.publication.origin + reverse("preview", args=[self.token])
