"""Customer cases, the return desk and satisfaction."""
