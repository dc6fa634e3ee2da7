{{ sen2_overlaid('person') }}
