from comments.admin import acts, comment, dashboard, policies, queue, rules, terms

__all__ = ["acts", "comment", "dashboard", "policies", "queue", "rules", "terms"]
