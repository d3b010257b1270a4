"""Speed and memory of forests, each fit in a process of its own."""
