{{ sen2_overlaid('active_plans') }}
