"""The split system with several copies of each service, and everything around it that can fail."""
