"""Short trainings side by side that differ in one setting: what it changes."""
