{{ sen2_overlaid('placement_detail') }}
