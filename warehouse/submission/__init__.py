"""The return as it is submitted: frozen, signed, compared, built again from landing; and the days it is due."""
