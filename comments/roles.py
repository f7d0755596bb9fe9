"""Who may do what with comments and messages: verb → role → scope. Pure data, named in newsroom/extensions.py."""

from newsroom.publications.models import Role
from newsroom.publications.permissions import Scope, Table

EDITOR, PUBLISHER, MODERATOR = Role.EDITOR, Role.PUBLISHER, Role.MODERATOR
OWN, ANY = Scope.OWN, Scope.ANY

TABLE: Table = {
    "comment.view": {Role.WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "comment.moderate": {EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},
    "comment.reply": {Role.WRITER: ANY, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},  # as staff
    "comment.screen": {PUBLISHER: ANY, MODERATOR: ANY},  # rules, terms, blocked senders
    "comment.policy": {EDITOR: ANY, PUBLISHER: ANY, MODERATOR: ANY},  # a section's or an article's thread
    "comment.settings": {PUBLISHER: ANY},
    "comment.unseal": {PUBLISHER: ANY},  # what the law asks to keep, for justice alone
    # messages to the desk; one's own are those given to one, and those about one's articles
    "message.view": {Role.WRITER: OWN, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: OWN},
    "message.handle": {Role.WRITER: OWN, EDITOR: ANY, PUBLISHER: ANY, MODERATOR: OWN},  # take, answer, close…
    "message.assign": {EDITOR: ANY, PUBLISHER: ANY},  # to a colleague
    "message.decide": {PUBLISHER: ANY},  # about a right of reply
}
