{{ sen2_overlaid('named_plan') }}
