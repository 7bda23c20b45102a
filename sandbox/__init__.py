"""The sandbox: one server that speaks the protocol of every provider over real HTTP, for development and tests.

It imports nothing of the product, nor the product it. `docs/sandbox.md` tells how it is used.
"""
