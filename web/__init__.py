"""What the citizens' and the staff's side share: application parts, headers, error pages."""
