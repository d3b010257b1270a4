"""``python -m graftwood`` is ``graftwood``."""

from graftwood.cli.main import run

if __name__ == "__main__":
    run()
