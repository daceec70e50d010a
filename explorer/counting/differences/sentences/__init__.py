"""What two networks have otherwise, in sentences that follow from their graphs. Standard library only."""
