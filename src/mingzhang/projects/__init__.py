"""A unit's project: the folder from which its disclosure is composed, read and written."""
