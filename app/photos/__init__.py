"""Photos that visitors send: made harmless, kept in a store, shown by links that end."""
