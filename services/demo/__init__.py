"""The demo data: real artists with real numbers, for the embedded database of whoever has none."""

from services.demo.load import DemoFilesMissing, DemoLoad, DemoLoader

__all__ = ["DemoFilesMissing", "DemoLoad", "DemoLoader"]
