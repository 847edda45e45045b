"""Pure rules: dates and facts in, values out; no clock, environment, database or network.

working_days  the office calendar as a table, constant-time counting
notices       official notices (holidays, swaps, closures) laid over the statutory days
deadlines     a rule and an event give a deadline with its receipt
receipts      the sentences people read about a date
rule_json     rules as JSON values, in and out
periods       reporting periods and their cut-offs
schedule      when a plan task falls due: what its words mean, as values
occurrences   what a schedule gives over years, under the law in force on each day
phrases       administrative Vietnamese read into schedules (phrases.lark and the phrase_* modules)
when_json     schedules as JSON values, in and out
postings      whether a posting came down before its time
figures       what a report counts: every figure a count of lines
batch         many deadlines at once, vectorised
law           legal terms as dated data, and the one in force on a day
leave         who acts for somebody who is away
reminders     the ladder of rungs before and after a target day
vietnamese    dates and weekdays as people in the office write them
"""
