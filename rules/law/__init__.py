"""Law in force: the terms of law as data with their sources, chosen by the day of the fact.

duties/*.yaml                the data, one file a field: each duty with its terms in time order
disclosures.yaml             the closed list of what a commune publishes, where and for how long
instruments_to_check.yaml    instruments whose wording in force nobody has checked («cần đối chiếu»)
superseded.yaml              instruments since replaced, laws that never were, words no longer used
records                      Term and Duty, and what each kind of term means
reading                      those files, read once
disclosures                  an item of that list, with what is required on a day
instruments                  from when to when each instrument is known to hold
superseded                   where a text names what is no longer right
levels                       names of levels and bodies abolished in 2025 (levels.yaml), found in words
successors                   which instruments a text names have ended, what follows them, what to check
terms                        the term in force on a day, its rule and its legal basis
continuity                   overlaps and gaps between the terms of one duty, for `dunghan doctor`
"""
