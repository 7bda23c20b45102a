"""How fields that need I/O are answered: one batch function each. They take and return model objects."""
