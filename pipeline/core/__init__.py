"""What every stage stands on: grid, zones, legend, configuration, tables, units, store, errors, words."""
