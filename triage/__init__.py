"""The rules at work: deciding modules are pure, acting modules do one thing in one transaction."""
