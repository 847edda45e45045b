"""What is stored: tables, the files an office writes, what people may do, and the record of it.

What an office writes
office_file   a YAML file read whole, every fault named with its line
office_yaml   YAML within bounds                  office_words   what is wrong, in Vietnamese
office_keys   days, codes, clean text             plan_entries   the keys under «thoi-han»
plan_schema   the plan file's keys                plan_file      a plan read and cross-checked
people_file   people, dated roles, lists          calendar_file  its notices -> working calendar
loading       a checked plan becomes rows         members        lists of people become rows
plan_conflicts  what stored rows forbid a plan    plan_diff     what one plan has that another has not
plan_times    words of time <-> «thoi-han»      plan_writing   a plan's document as a plan file
plan_checks   what is contradictory, blank, out of date or copied in a plan: a package with its own map
appendix      a signed document read into a proposed plan file: a package with its own map
rollover      a plan carried to a later year: a package with its own map

A signed plan imported, reviewed by the office before it is loaded
draft_sources  a document read and proposed     drafts         kept, found again, taken back
draft_tables  where that is kept                 draft_states   how each task and the whole stand
draft_document  as the plan file it will become  draft_promises  the dates it would promise
draft_acts    a person decides of a task        draft_views    as the pages show it
draft_words   faults and changes as sentences  draft_findings  what the checks of a plan find in it
draft_outlook  what loading would do             draft_loading  the one act that does it

What falls due
obligations   opening what falls due               planned        what each occurrence of a task promises
due           what has come due
notices       a calendar notice moves what is open  moves        open obligations brought to their new days

Who hears, and the mail of it
people        who hears of a rung                 leaves         who is away, and who stands in
people_views  as the office sees them on a day
wishes        a person's hour and early letters   overview       how an office stands, for its leaders
mornings      the calendar and people of a morning
outbox        letters claimed once                news           what a letter says that is no rung
digests       the one mail a day they become      invited        the calendar entries it carries
deliveries    what came back, what is settled     return_address the envelope sender that names a mail
sweep_marks   how far sweeps came; a silence held  sweep_shares  which round sweeps what, which live
takeovers     each morning no sweep came to

What people do, each act with its entry in the trail
acts          what every act shares               actions        done, returned, given more time
links         the signed links in mails           office_key     the key that signs them
replies       what officers say from a mail     answers        what of it changes who hears next
approvals     what a second person decides        mailed_results results reported from a mail, confirmed in the next
events        recorded, corrected, withdrawn      event_lines    what each event opened and moved
dialogues     a meeting with all it asks for      quotas         how often it was held, who was reached
published     a disclosure as told, checked       postings       disclosures made, kept, taken down
practice      the clock of practice

Reports and proofs
reports       frozen, handed in, accepted         report_facts   what a report says
hindsight     what was known at one moment
report_views  read-only, for their pages          report_sheet   the figures as a workbook
documents     a template filled from the facts    document_words the words a template may use
official_style  how documents name things         sealing        the same parts give the same bytes
urging        the draft công văn đôn đốc          evidence       what somebody shows for an obligation
files         each kept under its SHA-256        file_types     what a file really is

Who may open the pages, and what waits for whom
access        by role, as the office, given  sign_ins      in by a link, sessions, what auditors read
access_tables  where all that is kept         checks        what an office should look at, and where
doers         whose work each obligation is  reply_views   what was answered, who is waited for
reviews       results a leader may look at   tallies       counts for who leads, month by month

A year run before it is real
rehearsal_file   a replay read from its folder      rehearsal_burden  peaks, full mornings, tight windows
rehearsals    two of them compared                  rehearsal_inputs  what they were run with otherwise
rehearsal_words  their differences in Vietnamese

Kept and shown
tables        plans, people, calendar, obligations  record_tables  letters, the trail, the clock of practice
family_tables  those of the three families        reply_tables   links, replies, leave, what came back
store         engines, sessions, one authority alone  schema       migrated by its owner, one at a time
store_faults  why the database does not answer    table_rows    rows out of one server and into another
advisory_locks  what each guards, named once
settings      where things are kept, whom to talk to  settings_record  what of it changed, in the trail
house_facts   schema, backups, heads of late         house_counts   counts for who watches, cheap at any size
setting_values  what a value may be                  private_files  those that hold a secret
views         read-only answers for lists         obligation_page  one obligation as its page shows it

What ran and what was said, kept beside the trail
run_tables    what flows ran, texts of letters    letter_texts   a letter's text without what one could act with
runs          what ran stored, and how far it is known
run_views     each flow, its runs, one run        sweep_views    each sweep and what came of it
run_words     states in Vietnamese                life           one obligation in the order of time

The trail: written, read, proved, taken out
audit         the chain appended to, and verified  audit_actions  all it can say, as sentences
action_groups  what actions are called            canonical      one way to write an entry down
trail         the entries a reader asks for       trail_entry    one entry as it was hashed
stored_entries  the whole of it, in order, a batch at a time
merkle        a root over all entries             entry_proof    one entry proved under a signed head
signed_heads  heads signed once a working day     head_key       the key that signs them
head_mails    each on its way to the auditors     verify_export  the verifier that travels alone
export        the record as a folder              exports        made from a page, for download
export_sheets  the trail as CSV and XLSX          export_xml     as a case file
head_stamps   outside time stamps on signed heads

Backups
backup        made from a running system          backup_file    one file of parts and their sums
restore       into an empty place, whole          restored_checks  its heads, the head an auditor kept
brought_files  in their folders, none written over  sent_since   mails that may have left since
"""
