"""What the police get: a bag of everything in a zip that is the same whoever makes it, sealed."""
