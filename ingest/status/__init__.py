"""How each feed stands in the morning: ages, problems, the feeds page, and what people are told."""
