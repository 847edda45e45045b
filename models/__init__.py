"""What is stored: tables, the files an office writes, what people may do, and the record of it.

office_file   a YAML file read whole, every fault named with its line
office_yaml   YAML within bounds             office_words what is wrong, in Vietnamese
office_keys   days, codes, clean text        plan_entries the keys under «thoi-han»
plan_schema   the plan file's keys           plan_file    a plan read and cross-checked
people_file   people and dated roles         calendar_file  notices -> working calendar
tables        SQLModel tables                store        engines, sessions, the migrated database
loading       a checked plan becomes rows    plan_conflicts what stored rows forbid a plan
obligations   opening and finding what falls due
notices       a calendar notice moves what is open
people        who hears of a rung            settings     where things are kept, whom to talk to
outbox        letters claimed once           audit        the chained trail
actions       what people may do             views        read-only answers for pages and commands
"""
