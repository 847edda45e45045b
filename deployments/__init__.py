"""What is wired: settings become deployments, commands and running programs.

cli          the `dunghan` command, its errors and exit codes
overview     what `dunghan --help` says      commands  every command, put together
date_commands, due_command, plan_commands, office_commands, record_commands, run_commands   what each does
register     plan tasks and the sweep as Prefect deployments, only differences sent
supervisor   one machine: database, Prefect server, worker, mailbox, pages
doctor       checks of versions, calendar horizon, database and trail
"""
