"""What is printed of networks: accuracies, the paper's tables, and numbers that do not agree with ours."""
