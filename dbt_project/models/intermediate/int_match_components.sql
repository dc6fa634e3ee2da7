{{ match_components("(select left_record, right_record from " ~ ref('int_match_pairs') ~ " where conflict is null)") }} -- noqa
