"""What people and timers run: `python -m commands <verb>`, or `<noun> <verb>`."""
