"""Everything a run imports, for the process that others are forked from; nothing here starts a thread or opens a file."""

from importlib import import_module

import pipeline
from pipeline.stages import STAGES

for name in (*STAGES, "check", "synthetic", "core.summary"):
    import_module(f"{pipeline.__name__}.{name}")
