"""What the services hand out: frozen dataclasses and enums, without I/O and without a surface."""
