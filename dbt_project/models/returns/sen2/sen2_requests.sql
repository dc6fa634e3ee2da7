{{ sen2_overlaid('requests') }}
