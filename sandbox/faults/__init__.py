"""Planted faults: records made wrong on purpose, each with a row in the truth file that only tests read.

None changes an 'All' cell of the published tables: broken rows are additional copies under keys of their own, and
altered values are ones that no cell counts. One module a family: `breaches` (rules of the return), `broken_rows`
(quarantine and duplicates), `lost_links` (persons nobody else knows; casework and school census contradicting).
"""
