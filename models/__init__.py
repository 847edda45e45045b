"""What is stored: tables, the files an office writes, what people may do, and the record of it.

What an office writes
office_file   a YAML file read whole, every fault named with its line
office_yaml   YAML within bounds                  office_words   what is wrong, in Vietnamese
office_keys   days, codes, clean text             plan_entries   the keys under «thoi-han»
plan_schema   the plan file's keys                plan_file      a plan read and cross-checked
people_file   people, dated roles, lists          calendar_file  notices -> working calendar
loading       a checked plan becomes rows         members        lists of people become rows
plan_conflicts  what stored rows forbid a plan

What falls due
obligations   opening and finding what falls due  planned        what each occurrence of a task promises
notices       a calendar notice moves what is open  moves        open obligations brought to their new days

Who hears, and the mail of it
people        who hears of a rung                 leaves         who is away, and who stands in
wishes        a person's hour and early letters   overview       how an office stands, for its leaders
outbox        letters claimed once                news           what a letter says that is no rung
digests       the one mail a day they become      invited        the calendar entries it carries
deliveries    what came back, what is settled     return_address the envelope sender that names a mail
sweep_marks   how far sweeps came; a silence held

What people do, each act with its entry in the trail
acts          what every act shares               actions        done, returned, given more time
links         the signed links in mails           office_key     the key that signs them
replies       what an officer answers from a mail answers        what of it changes who hears next
approvals     what a second person decides        mailed_results results reported from a mail, confirmed in the next
events        recorded, corrected, withdrawn      event_lines    what each event opened and moved
dialogues     a meeting with all it asks for      quotas         how often it was held, who was reached
published     a disclosure as told, checked       postings       disclosures made, kept, taken down
practice      the clock of practice

Reports and proofs
reports       frozen, handed in, accepted         report_facts   what a report says
hindsight     what was known at one moment
report_views  answers for the pages of reports    report_sheet   the figures as a workbook
documents     a template filled from the facts    document_words the words a template may use
official_style  how documents name things         sealing        the same parts give the same bytes
urging        the draft công văn đôn đốc          evidence       what somebody shows for an obligation
files         evidence kept under its SHA-256     file_types     what a file really is

Kept and shown
tables        plans, people, calendar, obligations  record_tables  letters, the trail, the clock of practice
family_tables  those of the three families        reply_tables   links, replies, leave, what came back
store         engines, sessions, migrations       settings       where things are kept, whom to talk to
audit         the chained trail                   audit_actions  all it can say, as sentences
views         read-only answers for lists         obligation_page  one obligation's whole life
reply_views   what was answered and who is waited for   doers     whose work each obligation is today
tallies       counts for who leads, month by month      reviews   results a leader may look at again
reply_views   what was answered and who is waited for

What ran and what was said, kept beside the trail
run_tables    runs of flows, texts of letters     letter_texts   a letter's text without what one could act with
runs          runs stored, and how far they are known
run_views     each flow, its runs, one run        sweep_views    each sweep and what came of it
run_words     states in Vietnamese                life           one obligation in the order of time
The trail, read and taken out
trail         the entries a reader asks for       trail_entry    one entry as it was hashed
action_groups what actions are called             stored_entries the whole of it, in order, a batch at a time
entry_proof   one entry proved under a signed head  exports      exports made for download
head_stamps   outside time stamps on signed heads
"""
