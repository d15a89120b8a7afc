"""Who may see and do what: principals, the policy of rows, fields and geometry, tokens and sessions."""
