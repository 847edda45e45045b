"""What is contradictory, blank, out of date or copied from elsewhere in a plan, found before anybody is urged by it.

findings      what a check found: how grave, where, why it matters, what to write instead
checking      everything a plan file is checked for, as one table

A plan file
plan_read     the document, where its parts stand, what falls due
days          contradicted, passed, too full    owners        who leads, who waits, who is there
tasks         written twice, counted by nobody, resting on old law

Words, of a plan file or of the signed document
words         the checks of words and of a document's shape, as two tables
context       whose plan it is, for which year      passages      the words, each with its place
years         another year than the plan's own  places        other places, other levels
old_words     law replaced, words given up      spelling      impossible dates, slips
repeats       the same sentence twice               quotas        numbers of times, percentages

The shape of a signed document
document_read  its words and rows, read once as an import reads them
row_checks    what rows leave blank or hide         headings      titles, numbers of sections
"""
