"""The models of comments, one module a subject."""

from comments.models.comment import Comment, Kind
from comments.models.message import Message, MessageEvent, RightOfReply
from comments.models.moderation import ModerationAction, ModerationBatch
from comments.models.policy import CommentSettings, RuleSetting, ThreadPolicy
from comments.models.report import Report
from comments.models.screened import BlockedSender, Term
from comments.models.subscription import Subscription
from comments.models.vault import SealedSource, VaultOpening

__all__ = [
    "BlockedSender",
    "Comment",
    "CommentSettings",
    "Kind",
    "Message",
    "MessageEvent",
    "ModerationAction",
    "ModerationBatch",
    "Report",
    "RightOfReply",
    "RuleSetting",
    "SealedSource",
    "Subscription",
    "Term",
    "ThreadPolicy",
    "VaultOpening",
]
