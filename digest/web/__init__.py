"""The shells that speak HTTP: the editor's preview."""
