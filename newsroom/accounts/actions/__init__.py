"""All that writes accounts, memberships, invitations and their log."""
