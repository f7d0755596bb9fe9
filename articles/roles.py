"""The rights of each role on articles and what belongs to them. Pure data, listed in newsroom/extensions.py."""

from newsroom.publications.models import Role
from newsroom.publications.permissions import Scope, Table

WRITER, EDITOR, PUBLISHER, MODERATOR = Role.WRITER, Role.EDITOR, Role.PUBLISHER, Role.MODERATOR
OWN, ANY = Scope.OWN, Scope.ANY

TABLE: Table = {
    # articles
    "article.view": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "article.create": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY},
    "article.save": {WRITER: OWN, EDITOR: ANY, PUBLISHER: ANY},
    "article.submit": {WRITER: OWN, EDITOR: ANY, PUBLISHER: ANY},
    "article.review": {EDITOR: ANY, PUBLISHER: ANY},
    "article.publish": {EDITOR: ANY, PUBLISHER: ANY},
    "article.publish_unreviewed": {WRITER: OWN},  # where the publication requires no review
    "article.schedule": {EDITOR: ANY, PUBLISHER: ANY},
    "article.withdraw": {EDITOR: ANY, PUBLISHER: ANY},
    "article.reinstate": {EDITOR: ANY, PUBLISHER: ANY},
    "article.place": {EDITOR: ANY, PUBLISHER: ANY},  # a sister site's article on this one
    "article.expunge": {PUBLISHER: ANY},
    "article.assign": {EDITOR: ANY, PUBLISHER: ANY},
    "article.note": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "article.embargo": {WRITER: OWN, EDITOR: ANY, PUBLISHER: ANY},  # to set one, or make it longer
    "article.lift_embargo": {EDITOR: ANY, PUBLISHER: ANY},
    "article.share": {WRITER: OWN, EDITOR: ANY, PUBLISHER: ANY},  # by a link, with somebody without an account
    "article.pin": {EDITOR: ANY, PUBLISHER: ANY},  # to the head of a page
    "article.hide_difference": {PUBLISHER: ANY},
    "stream.change": {PUBLISHER: ANY},  # which sisters' articles a site mixes with its own
    "partner.view": {EDITOR: ANY, PUBLISHER: ANY},
    "partner.hide": {EDITOR: ANY, PUBLISHER: ANY},  # a headline of theirs from readers
    "partner.change": {PUBLISHER: ANY},  # which feeds are asked, and whether their images are shown
    # sections
    "section.view": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "section.change": {PUBLISHER: ANY},
    # shared by all publications of this install: a role in any of them is enough
    "tag.view": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "tag.create": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY},
    "tag.change": {EDITOR: ANY, PUBLISHER: ANY},
    "tag.merge": {EDITOR: ANY, PUBLISHER: ANY},
    "author.view": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "author.change": {EDITOR: ANY, PUBLISHER: ANY},
    "image.view": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "image.create": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY},
    "image.change": {WRITER: OWN, EDITOR: ANY, PUBLISHER: ANY},
    # mails and jobs of the worker
    "mail.view": {PUBLISHER: ANY},
    "mail.settle": {PUBLISHER: ANY},
    "worker.view": {PUBLISHER: ANY},
    # the publication itself
    "publication.view": {WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "publication.change": {PUBLISHER: ANY},
    "people.view": {PUBLISHER: ANY},  # who works for it, in which role; the log of its roles
    "people.change": {PUBLISHER: ANY},  # invitations, roles, leaving
    "publication.hosts": {},  # its domain and aliases: whoever runs the install
}
