"""Mail: answers go out to those who have left, and come back into the same conversation."""
