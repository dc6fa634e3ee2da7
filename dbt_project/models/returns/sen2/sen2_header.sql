{{ sen2_overlaid('header') }}
