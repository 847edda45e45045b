"""What is orchestrated: Prefect lives here and in deployments.

clock       the only reader of a clock: real, or practice's own
sweep       the morning round, with or without Prefect
visits      what has come due told, one by one or in chunks
morning     that round as Prefect's scheduled flow
lost_rounds  rounds whose process died unseen, told as crashed by the next
plan_tasks  one Prefect flow per plan task, made from the plan
watchdog    a morning without a sweep, swept outside Prefect    alarms  what administrators are told
flow_names  what each flow is called there
heads       the head of the chain signed by the first sweep of a day, and mailed to the auditors
run_history what Prefect ran, asked of it at the end of a sweep and kept in our own record
replay      a stretch of days run through the same sweep, letters into a folder    replay_summary  what came of it
portal      the only asker of a portal: do published links still answer
oidc        the only asker of an identity provider: where people sign in there, and who did
id_token    whom it vouches for: its signed token judged
http_request  one request to one address, bounded
time_stamps   the only asker of a time-stamping authority: one stamp a day, on the signed head
stamp_answers what such an authority answers, checked

Mail that leaves
sending      each digest transmitted once, tried again while the morning lasts
letters      a digest as people read it: its lines, one button each, its subject
composing    several letters made into that digest, by urgency, with their signed links
messages     that digest as a mail: text, HTML, calendar entries, drafts
invitations  one obligation as a calendar entry
sign_in_mail  the mail with a sign-in link, sent at once and never kept
mail         the only opener of an SMTP socket, and how a transmission may end

Mail that comes back
returns         read at the start of each round, each mail taken in once
return_mailbox  the only opener of an IMAP socket; or a Maildir
returned_mail   what a mail that came back means
raw_mail        a mail from anybody taken apart, whatever its bytes
"""
