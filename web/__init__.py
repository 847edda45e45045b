"""What people see: server-made pages in Vietnamese, no script, acting only through models/.

app          create_app: routers, error pages and headers put together, and who may open each
site         what every page shares, and how a template becomes an answer
guard        the reader behind a cookie, and the rights each part asks for
sign_in      in by a link in a mail, by which right, and out again     patience  who guesses at links waits
sign_in_oidc  the second door: the province's identity provider vouches for an address
security     headers, and forms only our own pages can send            forms     posted bodies read within bounds
refusal      the one way to say no       errors  its pages             health    whether the house stands
metrics      what a watching program of this machine reads
attempts     one try at an act: what was typed read with reasons, done whole or shown again with nothing written

What is due and how it stands
obligations  the list and one obligation      families  what stands beside it: items, meetings, more time
search       which obligations a reader asked for       paging  a long list page by page
leaders      how the office stands, for its leaders     bars    its pictures      leader_acts  from there to a decision
month        the calendar of what falls due
acts         an obligation done, returned, given more time
posting_acts  a disclosure made, taken down, left up    dialogue_acts  a meeting, its promises, people reached
events       the events recorded and what each opened   event_acts     recorded, corrected, withdrawn
disclosed    what was disclosed in a quarter, to be printed and posted
reports      periodic reports and the lines behind each number      figures  their tables, each number a link
report_files  what a report becomes as a file, and the draft công văn đôn đốc
report_acts  handed in, accepted, sent back             files   evidence offered as a download

The office's own
house        what waits for it, and the way to its other pages
unsettled    what a person must look at                 delivery_acts  a mail settled, one read, sweeps let go on
people       who holds which role, who is away          people_acts    leave, leave taken back, links revoked
notices      holidays and swaps recorded                notice_acts    one tried first, then recorded
plans        what was loaded, what could not be read    accesses       rights given and taken back, sessions
rehearsals   a year run in advance, two of them side by side    heat    its picture, week by week
drafts       those imported, under review               draft_acts     a document imported, facts corrected, taken back
draft_task   one task beside its source rows            draft_task_acts  taken, corrected, asked about, left out
draft_reading  what was typed of it                     draft_loading  what loading will do, then done
mornings     practice's next working morning
mailbox      the practice mailbox read from disk        mailbox_pages  its two pages and the letter's own HTML

Reached from a button in a mail, without an account, in practice and outside it
links        what a link opens, or why it opens nothing      matters  its obligation as these pages show it
answering    the page of who does the work             offers         what may be said of it today
answer_acts  seen, late, more time, handed over, done  result_acts    handed in, taken down, left up
deciding     the page of who decides                   decision_acts  granted, refused, sent back
wishes       from which hour mail comes, and how early

The record, read from outside
trail        the entries asked for, newest first        trail_entry  one entry, its bytes, its proof
trail_check  the whole chain verified, a kept head compared
exporting    the whole record as one file to take home
runs         each plan task's flow and its runs, each sweep
life         one obligation from the plan's words to its end, to be printed: letters, files and runs checked
"""
