"""Which meetings, items, decisions and minutes, and what is known of them: every list starts from the user."""
