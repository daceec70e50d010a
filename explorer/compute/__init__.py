"""Where networks live and questions about them are answered: in this process, or in workers beside it."""
