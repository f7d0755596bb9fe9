"""The form of an article: what a person types, from a revision and to a Content."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from articles.actions.taxonomy import tags_named
from articles.admin.fields import BodyField, BylinesField, ImageChoiceField, TagNamesField, byline_names
from articles.admin.names import Names
from articles.content import Content
from articles.models import Author, Revision, Section
from articles.workflow import Change, Kind
from newsroom.publications.models import Publication

# Typography may add a no-break space here and there: the form leaves room for them.
ROOM = 20


class ArticleForm(forms.Form):
    """One revision of an article of one publication."""

    kicker = forms.CharField(label=_("Kicker"), max_length=120 - ROOM, required=False)
    headline = forms.CharField(
        label=_("Headline"), max_length=300 - ROOM, widget=forms.Textarea(attrs={"rows": 2})
    )  # one line of text, which wraps
    standfirst = forms.CharField(
        label=_("Standfirst"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    body = BodyField(label=_("Body"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.NEWS)
    section = forms.ModelChoiceField(Section.objects.none(), label=_("Section"), required=False)
    authors = BylinesField(label=_("Bylines"))
    tags = TagNamesField(label=_("Tags"))
    lead_image = ImageChoiceField(label=_("Lead image"), required=False)
    sponsor = forms.CharField(label=_("Sponsor"), max_length=120, required=False)
    sponsor_url = forms.URLField(label=_("Sponsor's address"), required=False, assume_scheme="https")
    slug = forms.CharField(
        label=_("Slug"), max_length=80, required=False, help_text=_("Left empty, it is made from the headline.")
    )
    seo_title = forms.CharField(label=_("Title for search engines"), max_length=120, required=False)
    seo_description = forms.CharField(
        label=_("Description for search engines"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    canonical_url = forms.URLField(
        label=_("Address of the original"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("For a text that another site had first: search engines are sent there, and not here."),
    )
    noindex = forms.BooleanField(
        label=_("Keep it from search engines"),
        required=False,
        help_text=_("Readers find it on the site all the same; it leaves the sitemaps."),
    )
    change = forms.ChoiceField(
        label=_("What the change is"),
        choices=[("", "—"), *Change.choices],
        required=False,
        help_text=_("Only an update moves the time that readers see; a correction is dated and told."),
    )
    correction = forms.CharField(
        label=_("What readers are told of the correction"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was wrong, and what is right. It stays on the page and in the list of corrections."),
    )
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the revision that the person began from
    publication = forms.IntegerField(widget=forms.HiddenInput, required=False)

    MAIN = ("kicker", "headline", "standfirst", "body")
    SIDE = ("section", "authors", "tags", "lead_image", "kind", "sponsor", "sponsor_url", "change", "correction")
    FOLDED = ("slug", "seo_title", "seo_description", "canonical_url", "noindex")

    def __init__(
        self,
        data: Any = None,
        *,
        publication: Publication,
        revision: Revision | None,
        user: Any,
        had_by_readers: bool = False,
        draft: Revision | None = None,
        typed: Mapping[str, str] | None = None,
    ):
        """`typed`: what was typed before and not saved, which the form begins with."""
        self.user = user
        # What was posted stands for itself: only a form that is opened asks what the article says.
        initial = self._initial(revision, user) if data is None else {}
        change = {"change": draft.change, "correction": draft.notice} if draft else {}
        super().__init__(data, initial={**initial, **change, "publication": publication.pk})
        section = self.fields["section"]
        assert isinstance(section, forms.ModelChoiceField)
        section.queryset = publication.sections.all()
        if not had_by_readers:
            del self.fields["change"], self.fields["correction"]
        if typed:
            self.initial.update(self.read(typed))
        if revision is None:
            self.fields["headline"].widget.attrs["autofocus"] = True
        for name, cls in (("headline", "headline-field"), ("standfirst", "standfirst-field")):
            self.fields[name].widget.attrs["class"] = cls

    @staticmethod
    def _initial(revision: Revision | None, user: Any) -> dict[str, Any]:
        if revision is None:
            own = Author.objects.filter(user=user).first()
            return {"authors": byline_names([own]) if own else Names()}
        content = Content.of(revision)
        return {
            **{name: getattr(content, name) for name in ("kicker", "headline", "standfirst", "body", "kind", "slug")},
            **{name: getattr(content, name) for name in ("sponsor", "sponsor_url", *ArticleForm.FOLDED[1:])},
            "section": content.section,
            "lead_image": content.lead_image.pk if content.lead_image else None,
            "authors": byline_names(content.authors),
            "tags": Names.of((tag.name, tag.pk) for tag in content.tags),
            "base": revision.pk,
        }

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return what was typed as values that the fields begin with. A box that is not ticked sends nothing."""
        data = QueryDict(mutable=True)
        data.update(typed)
        fields = ((name, field) for name, field in self.fields.items() if name in typed or name == "noindex")
        return {name: field.widget.value_from_datadict(data, {}, name) for name, field in fields}

    def begin_from(self, revision: int, values: Mapping[str, str] | None = None) -> None:
        """Make the form one that begins from another revision, with what was typed but for the fields in `values`."""
        data: Any = self.data
        data = data.copy()
        data["base"] = str(revision)
        for name, value in (values or {}).items():
            data[name] = value
        self.data = data

    def posted_of(self, content: Content) -> dict[str, str]:
        """Return a content as the form posts it, by the names of its fields."""
        authors, tags = byline_names(content.authors), Names.of((tag.name, tag.pk) for tag in content.tags)
        names = {"authors": authors.line, "authors-known": authors.known_as_json}
        names |= {"tags": tags.line, "tags-known": tags.known_as_json}
        plain = (field.name for field in fields(Content) if field.name not in ("authors", "tags"))
        return {name: self.posted_of_field(name, getattr(content, name)) for name in plain} | names

    @staticmethod
    def posted_of_field(name: str, value: Any) -> str:
        """Return the value of a field that is no list of names as the form posts it."""
        if name == "noindex":
            return "on" if value else ""
        return str(value.pk) if isinstance(value, Model) else str(value or "")

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MAIN]

    @property
    def side(self) -> list[forms.BoundField]:
        return [self[name] for name in self.SIDE if name in self.fields]

    @property
    def folded(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FOLDED]

    def content(self) -> Content:
        """Return what was typed, for a valid form. Tags not known yet are made."""
        data = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("base", "publication", "change", "correction", "tags")
        }
        return Content(**data, tags=tuple(tags_named(self.cleaned_data["tags"], by=self.user)))
