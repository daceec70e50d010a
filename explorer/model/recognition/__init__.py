"""Which of the described networks a weights file holds, and which stored layer is which node."""
