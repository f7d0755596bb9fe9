"""Settings of comments: of a publication, of a section's or an article's threads, of the rules of screening."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models import Article, Section
from comments.models.comment import MAX_DEPTH
from comments.states import Mode, Order
from newsroom.publications.models import Publication
from newsroom.timestamps import Timestamped

# The posted rules that a publication begins with, by language: one a line.
DEFAULT_POSTED_RULES = {
    "fr": """\
Restez dans le sujet de l’article.
Respectez les autres lecteurs : on discute les idées, on n’attaque pas les personnes.
Pas de langage SMS, et relisez votre orthographe avant d’envoyer.
Une coquille ou une erreur dans l’article ? Signalez-la par le lien « Contact », pas dans les commentaires.
Ni propos haineux, ni insultes, ni diffamation, ni atteinte à la vie privée : la loi les punit.
Pas de publicité, pas de liens sans rapport, pas de messages répétés ; un pseudonyme chacun, et le sien.
Nous nous réservons le droit de retirer un commentaire qui ne respecte pas ces règles.""",
    "en": """\
Keep to the subject of the article.
Respect the other readers: discuss ideas, do not attack people.
No text-message spelling, and read your comment over before you send it.
An error in the article? Report it by the link “Contact”, not in the comments.
No hate speech, insults, defamation or invasion of privacy: the law punishes them.
No advertising, no unrelated links, no repeated messages; one pseudonym, and not somebody else’s.
We reserve the right to remove a comment that breaks these rules.""",
}
FALLBACK_LANGUAGE = "en"


def default_posted_rules(language: str) -> str:
    """Return the posted rules to begin with in a language ("fr", "fr-ca"); in English where it has none of its own."""
    return DEFAULT_POSTED_RULES.get(language.lower().partition("-")[0], DEFAULT_POSTED_RULES[FALLBACK_LANGUAGE])


class CommentSettings(Timestamped):
    """A publication's settings of comments. Posting locks the row, so that limits hold under a flood."""

    publication = models.OneToOneField(
        Publication, models.CASCADE, related_name="comment_settings", verbose_name=_("publication")
    )
    mode = models.CharField(_("comments are"), max_length=15, choices=Mode, default=Mode.OPEN)
    closes_after = models.PositiveSmallIntegerField(
        _("threads close after (days)"), null=True, blank=True, help_text=_("Empty: never.")
    )
    order = models.CharField(pgettext_lazy("comments", "order"), max_length=10, choices=Order, default=Order.OLDEST)
    page_size = models.PositiveSmallIntegerField(
        _("comments a page"), default=50, validators=[MinValueValidator(5), MaxValueValidator(200)]
    )
    depth = models.PositiveSmallIntegerField(
        _("levels of replies"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DEPTH)],
        help_text=_("1: no replies under replies. Deeper ones stand beside what they answer."),
    )
    longest = models.PositiveIntegerField(
        _("characters at most"), default=4000, validators=[MinValueValidator(100), MaxValueValidator(20_000)]
    )
    email_required = models.BooleanField(_("an e-mail is required"), default=True)
    edit_minutes = models.PositiveSmallIntegerField(
        _("minutes in which authors may edit or delete"), default=10, validators=[MaxValueValidator(24 * 60)]
    )
    rules = models.TextField(
        _("posted rules"), default="", max_length=5000, help_text=_("One a line; readers see them beside the form.")
    )
    privacy_notice = models.TextField(
        _("privacy notice"), blank=True, max_length=3000, help_text=_("Empty: the standard one, from these settings.")
    )
    vault_days = models.PositiveSmallIntegerField(
        _("days that a comment’s source is kept, sealed"),
        default=365,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text=_("A year in France (décret 2021-1362), for justice alone; then it is destroyed."),
    )
    message_days = models.PositiveSmallIntegerField(
        _("days after which the sender of a message is forgotten"),
        default=365,
        validators=[MinValueValidator(30), MaxValueValidator(3 * 365)],
        help_text=_("Name, e-mail and source go from the inbox then; what was written stays."),
    )
    gives_reasons = models.BooleanField(
        _("mails its reasons to the author of a rejected comment"),
        default=True,
        help_text=_("Digital Services Act, article 17. Never for spam."),
    )
    mails_moderators = models.BooleanField(_("mails moderators what waits"), default=True)
    terms_version = models.CharField(max_length=16, blank=True, editable=False)  # new after each change of its terms

    class Meta:
        verbose_name = _("settings of comments")
        verbose_name_plural = _("settings of comments")

    def __str__(self) -> str:
        return str(self.publication)

    @classmethod
    def with_defaults(cls, publication: Publication) -> Self:
        """Return unsaved settings of a publication: the columns' defaults, and posted rules in its language."""
        return cls(publication=publication, **cls.defaults_for(publication))

    @staticmethod
    def defaults_for(publication: Publication) -> dict[str, str]:
        """Return the values, by column, that new settings take from the publication's language."""
        return {"rules": default_posted_rules(publication.language)}

    @property
    def posted_rules(self) -> list[str]:
        """The rules posted for readers, one a line, without empty lines."""
        return [line.strip() for line in self.rules.splitlines() if line.strip()]


class ThreadPolicy(Timestamped):
    """How a section's threads, or one article's, differ from the publication's settings. An empty column does not."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+", verbose_name=_("publication"))
    section = models.OneToOneField(
        Section, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("section")
    )
    article = models.OneToOneField(
        Article, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("article")
    )
    mode = models.CharField(_("comments are"), max_length=15, choices=Mode, blank=True)
    closes_after = models.PositiveSmallIntegerField(_("threads close after (days)"), null=True, blank=True)

    class Meta:
        verbose_name = _("policy of a section or article")
        verbose_name_plural = _("policies of sections and articles")
        constraints = [
            models.CheckConstraint(
                condition=Q(section__isnull=True, article__isnull=False)
                | Q(section__isnull=False, article__isnull=True),
                name="policy_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.section or self.article)


class RuleSetting(models.Model):
    """How a publication sets one rule of screening. A rule without a row has the defaults of comments/screening.py."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    name = models.CharField(_("rule"), max_length=20)
    is_on = models.BooleanField(_("on"), default=True)
    verdict = models.CharField(_("verdict"), max_length=10)
    limit = models.PositiveIntegerField(_("limit"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("in minutes"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = [models.UniqueConstraint(fields=["publication", "name"], name="rule_set_once")]

    def __str__(self) -> str:
        return self.name
