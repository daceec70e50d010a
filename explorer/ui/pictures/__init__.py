"""Pictures on the pages where weights run: samples and a person's own, and parts of them that are covered."""
