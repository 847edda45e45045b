"""What people see: server-made pages in Vietnamese, no script, acting only through models/.

app          create_app: routers, error pages and headers put together
site         what every page shares, and how a template becomes an answer
search       which obligations a reader asked for       paging  a long list page by page
leaders      how the office stands, for its leaders     bars    its pictures      leader_acts  from there to a decision
month        the calendar of what falls due
obligations  the list and one obligation's whole life      families  what stands beside it: items, meetings, more time
attempts     one try at an act: what was typed read with reasons, done whole or shown again with nothing written
acts         the next working morning; an obligation done, returned, given more time
posting_acts a disclosure made, taken down, left up      dialogue_acts  a meeting, its promises, people reached
events       the events recorded and what each opened    event_acts     recorded, corrected, withdrawn
disclosed    what was disclosed in a quarter, to be printed and posted
reports      periodic reports and the lines behind each number      figures  their tables, each number a link
report_files what a report becomes as a file, and the draft công văn đôn đốc      report_acts  what practice writes down
mailbox      the practice mailbox read from disk       mailbox_pages  its two pages and the letter's own HTML
office       what an office must look at, and health   delivery_acts  a mail settled, in practice
runs         each plan task's flow and its runs, each sweep     paging  fifty lines a page
life         one obligation from the plan's words to its end, to be printed: letters, files and runs checked
refusal, errors  the one way to say no, and its pages
security     headers, and forms only our own pages can send
forms        posted bodies with files or lines, read within bounds      files  evidence offered as a download

Reached from a button in a mail, without an account, in practice and outside it
links        what a link opens, or why it opens nothing      matters  its obligation as these pages show it
answering    the page of who does the work             offers         what may be said of it today
answer_acts  seen, late, more time, handed over, done  result_acts    handed in, taken down, left up
deciding     the page of who decides                   decision_acts  granted, refused, sent back
wishes       from which hour mail comes, and how early

The trail, read from outside
trail        the entries asked for, newest first       trail_entry    one entry, its bytes, its proof
trail_check  the whole chain verified, a kept head compared      exporting  the whole record as one file to take home
"""
