"""What holds for every network and for every operation, whoever adds one: adding a network adds no test file."""
