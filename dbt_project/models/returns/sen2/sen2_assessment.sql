{{ sen2_overlaid('assessment') }}
