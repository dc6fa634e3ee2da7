"""What each feed has promised: the model of a contract, and the reading and checking of contract files."""
