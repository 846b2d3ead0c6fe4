"""`kickstand bench`: drives real sockets and says what a turn costs."""
