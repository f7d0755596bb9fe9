from comments.admin import comment, dashboard, logs, policies, queue, rules, terms

__all__ = ["comment", "dashboard", "logs", "policies", "queue", "rules", "terms"]
