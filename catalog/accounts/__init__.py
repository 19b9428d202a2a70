"""People's accounts: second factors, sessions, confirmation of what matters, the audit log, export and deletion."""
