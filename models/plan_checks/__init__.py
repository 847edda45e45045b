"""What is contradictory, blank, out of date or copied from elsewhere in a plan, found before anybody is urged by it.

findings      what a check found: how grave, where, why it matters, what to write instead
context       whose plan it is, for which year, signed when
passages      the words of a plan file or a signed document, each with its place
rows          the rows of a signed appendix under their headings
words         the checks of words as one table, and who runs them
years         years outside the plan's own      places        other places, other levels
old_words     law replaced, words given up      spelling      days that do not exist, slips
headings      titles and numbers of sections        row_checks    what rows leave blank or hide
repeats       the same sentence twice               quotas        numbers of times, percentages
"""
