"""Database products as values: `parse("mysql:9.7")` gives the Engine that configuration names."""
