"""What people have said about a return: corrections of values, and notes that explain findings. Laid over, never in."""
