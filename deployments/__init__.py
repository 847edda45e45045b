"""What is wired: settings become deployments, commands and running programs.

cli          the `dunghan` command, its errors and exit codes
overview     what `dunghan --help` says      commands  every command, put together
date_commands, due_command, plan_commands, office_commands, record_commands, run_commands   what each does
due_answers  what `due` answers   due_batch  many at once   notice_command  `calendar add`
register     plan tasks and the sweep as Prefect deployments, only differences sent
supervisor   one machine: database, Prefect server, worker, mailbox, pages
practice     the clock moved a morning at a time    mailbox  practice's own SMTP server
prefect_env  Prefect's configuration, on loopback and silent
doctor       checks of versions, calendar horizon, database and trail
"""
