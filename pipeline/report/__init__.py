"""Placeholder."""

def run(config, store, paths, counties):
    pass
