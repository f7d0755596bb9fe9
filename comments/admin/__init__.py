from comments.admin import comment, dashboard, logs, messages, policies, queue, rules, terms

__all__ = ["comment", "dashboard", "logs", "messages", "policies", "queue", "rules", "terms"]
