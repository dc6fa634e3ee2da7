"""What came: files as they came, a record of every attempt, and what happens at the desk where they arrive."""
