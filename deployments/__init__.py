"""What is wired: settings become deployments, commands and running programs.

cli           the `dunghan` command, its errors and exit codes
overview      what `dunghan --help` says             commands       all of them put together
options       what several commands ask alike        printing       JSON and aligned tables

date_commands    `calendar`                          notice_command  `calendar add`
due_command      `due`   due_answers  its answers   due_batch  many at once
plan_commands    `plan show`, `load`, `diff`         plan_check_command  `plan check`
import_command   `plan import`                      rollover_command  `plan rollover`
office_commands  `obligations`, `explain`            act_commands   `done`, `return`, `extend`, `coverage`
event_commands   `event …`                           quota_command  `quotas`
disclosure_commands  `disclosure …`: post, down, keep, withdraw
disclosure_items     what must be published          disclosure_lists  what was published, and its links
report_commands  `report …`: list, draft, urge       report_figures  the figures, and the lines behind them
report_acts      submit, accept, return              report_names   which report a person means
people_command   `people`                            leave_commands  `leave …`: who is away, who stands in
people_named     which person is meant               reply_commands  `reply …`: what waits for a second person
mail_commands    `mail …`: what became of mails      link_commands  `links revoke`
sweep_command    `sweep`: one round; going on after a hold
access_commands  `access …`: rights, sessions        audit_commands  `audit …`: verify, head, key, export
backup_commands  `backup`, `restore`, `move`         moving        all an office has, from one place to another
prefect_rows  Prefect's own history brought back
record_commands  `replay`, `replay diff`              run_commands   `deploy`, `up`, `doctor`
serve_command    `serve`: one part alone             watchdog_command  `watchdog`, by a timer
replay_diff      what differs between two replays

register      plan tasks and the sweep as Prefect deployments, only differences sent
supervisor    one machine: database, Prefect server, worker, mailbox, pages
parts         each of them alone                     programs       those started beside: watched, started again
serving       until asked to stop: code, pages     database_server  the embedded PostgreSQL started again
service_manager  what systemd is told               watchdog       a morning without a sweep, a database that is gone
pages         the pages made from the settings, and what they may not reach for themselves
practice      the clock moved a morning at a time    mailbox        its own SMTP server
ports         one nobody listens on
prefect_env   Prefect's configuration: on loopback, silent, behind a password
doctor        every check, none hiding another       doctor_machine  versions, disk, clock, secrets
doctor_database  schema, roles, trail, backups       doctor_morning  sweeps, heads, calendar, law
doctor_mail   relay, mailbox, what waits             doctor_prefect  server, workers, runs, plan tasks
doctor_outside  who else is asked, when configured
"""
