"""The way out: schemas `raw` and `history` of a night's warehouse file, over the deliveries that count."""
