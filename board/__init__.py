"""From the board tables of the warehouse to the page a board reads."""
