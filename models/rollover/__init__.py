"""A plan carried to a later year as a draft: nothing kept that has ended, nothing dropped unsaid, nothing decided.

entries      one schedule in the new year: kept, shifted, or dropped and why
carried      which plan tasks go on and which do not, each once
yaml_text    the plan file's own text changed in place: comments, order and quoting stay
rewriting    the old file become the new year's, its words marked as the old plan's
questions    what a person must decide, one sentence each
dates        the new days: when to issue the plan, contradictions, what is provisional
names        receivers, units and names that no longer exist
law          grounds that ended, terms that follow, wording nobody checked
draft        the whole: read, rewritten, asked about, written
"""
