"""Who may do what with comments: verb → role → scope. Pure data, named in newsroom/extensions.py."""

from newsroom.publications.models import Role
from newsroom.publications.permissions import Scope, Table

EDITOR, PUBLISHER, MODERATOR = Role.EDITOR, Role.PUBLISHER, Role.MODERATOR
ANY = Scope.ANY

TABLE: Table = {
    "comment.view": {Role.WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "comment.moderate": {EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "comment.reply": {Role.WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},  # as staff
    "comment.screen": {PUBLISHER: ANY, MODERATOR: ANY},  # rules, terms, blocked senders
    "comment.policy": {EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},  # a section's or an article's thread
    "comment.settings": {PUBLISHER: ANY},
    "comment.unseal": {PUBLISHER: ANY},  # what the law asks to keep, for justice alone
}
