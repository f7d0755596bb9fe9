from comments.models.comment import Comment, Kind
from comments.models.moderation import Batch, ModerationAction
from comments.models.policy import CommentSettings, RuleSetting, ThreadPolicy
from comments.models.report import Report
from comments.models.screened import BlockedSender, Term
from comments.models.subscription import Subscription
from comments.models.vault import Opening, Sealed

__all__ = [
    "Batch",
    "BlockedSender",
    "Comment",
    "CommentSettings",
    "Kind",
    "ModerationAction",
    "Opening",
    "Report",
    "RuleSetting",
    "Sealed",
    "Subscription",
    "Term",
    "ThreadPolicy",
]
