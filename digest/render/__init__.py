"""From a composed issue to its renditions."""
