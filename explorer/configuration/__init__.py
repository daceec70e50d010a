"""What a person chose: the networks there are, and a configuration as link and as options. Standard library only."""
