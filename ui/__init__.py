"""The desktop window. Only this package imports Qt."""
