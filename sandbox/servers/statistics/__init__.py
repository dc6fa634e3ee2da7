"""The DfE statistics API ("Explore education statistics" public data API), serving the real published figures.

Behaviour follows facts/extracts.md section 4: paths, shapes, query language, errors, warnings and limits. The ids of
data sets, filters, options, indicators and locations are opaque and stable, as there; a client has to find them by
title and label.

`catalogue` says what is published, `published` reads the figures, `versions` and `table` hold one version of one data
set, `requests` and `criteria*` read and check queries, `selection` answers them, `views`, `changes` and `responses`
shape what is sent, `problems` are the errors and warnings, `app` has the routes.
"""
