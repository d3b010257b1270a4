"""``graftwood warmup``: compile the kernels before they are needed."""

from __future__ import annotations

import time

import typer


def warmup() -> None:
    """Compile the forest's kernels and cache them, for images and first impressions.

    Example: graftwood warmup
    """
    started = time.perf_counter()
    from graftwood.engine.warmup import compile_all

    compile_all()
    typer.echo(f"Kernels are compiled and cached ({time.perf_counter() - started:.1f} s).")
