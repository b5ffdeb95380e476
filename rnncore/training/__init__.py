"""Training: one update at a time, reported as events, kept in checkpoints."""
