"""What people see: server-made pages in Vietnamese, no script, acting only through models/.

app          create_app: routers, error pages and headers put together
site         what every page shares, and how a template becomes an answer
search       which obligations a reader asked for
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
refusal, errors  the one way to say no, and its pages
sign_in_oidc  the second door: the province's identity provider vouches for an address
security     headers, and forms only our own pages can send
forms        posted bodies with files or lines, read within bounds      files  evidence offered as a download

Reached from a button in a mail, without an account, in practice and outside it
links        what a link opens, or why it opens nothing      matters  its obligation as these pages show it
answering    the page of who does the work             offers         what may be said of it today
answer_acts  seen, late, more time, handed over, done  result_acts    handed in, taken down, left up
deciding     the page of who decides                   decision_acts  granted, refused, sent back
wishes       from which hour mail comes, and how early
"""
