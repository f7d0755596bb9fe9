from newsroom.accounts.admin import accounts, colleagues

__all__ = ["accounts", "colleagues"]
