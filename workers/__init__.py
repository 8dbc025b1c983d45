"""The workers: everything that leaves the building, and the clock."""
