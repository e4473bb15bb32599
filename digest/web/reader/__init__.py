"""What readers see of `digest serve`: subscribing, confirming, preferences, leaving, and the public site."""
