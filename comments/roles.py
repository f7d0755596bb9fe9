"""Who may do what with comments. Pure data, registered with `permissions.may` when the app is ready."""

from newsroom.publications.models import Role
from newsroom.publications.permissions import Scope, Table

EDITOR, PUBLISHER, MODERATOR = Role.EDITOR, Role.PUBLISHER, Role.MODERATOR
ANY = Scope.ANY

TABLE: Table = {
    "comment.view": {Role.WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "comment.moderate": {EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "comment.reply": {Role.WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},  # in the house's name
    "comment.screen": {PUBLISHER: ANY, MODERATOR: ANY},  # rules, terms, blocked sources
    "comment.policy": {EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},  # a section's or an article's thread
    "comment.settings": {PUBLISHER: ANY},
    "comment.unseal": {PUBLISHER: ANY},  # what the law has us keep, for justice alone
}
