"""What the desk does: one module for each notion. Each function takes who acts and when, checks, and writes record and entry in one transaction."""
