{{ sen2_overlaid('plan_detail') }}
