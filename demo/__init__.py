"""The demo city: staff, cases and a year of their work, for whoever wants to try it."""
