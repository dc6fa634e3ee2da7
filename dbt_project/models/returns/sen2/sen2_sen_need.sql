{{ sen2_overlaid('sen_need') }}
