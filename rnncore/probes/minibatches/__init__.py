"""What one update reads, what it costs, and what its window cuts off."""
