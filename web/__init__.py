"""What people see: server-made pages in Vietnamese, no script, acting only through models/.

app          create_app: routers, error pages and headers put together
site         what every page shares, and how a template becomes an answer
search       which obligations a reader asked for
obligations  the list and one obligation's whole life
acts         what practice may do: the next working morning, reporting done
reports      periodic reports and the lines behind each number      figures  their tables, each number a link
report_files what a report becomes as a file, and the draft công văn đôn đốc      report_acts  what practice writes down
mailbox      the practice mailbox read from disk       mailbox_pages  its two pages and the letter's own HTML
office       what an office must look at, and health   refusal, errors  the one way to say no, and its pages
security     headers, and forms only our own pages can send
"""
