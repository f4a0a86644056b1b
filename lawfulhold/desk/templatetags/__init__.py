"""Words and signs for the templates."""
