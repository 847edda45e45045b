"""Law in force: the terms of law as data with their sources, chosen by the day of the fact.

duties/*.yaml                the data, one file a field: each duty with its terms in time order
instruments_to_check.yaml    instruments whose wording in force nobody has checked («cần đối chiếu»)
records                      Term and Duty, and what each kind of term means
reading                      those files, read once
terms                        the term in force on a day, its rule and its legal basis
continuity                   overlaps and gaps between the terms of one duty, for `dunghan doctor`
"""
