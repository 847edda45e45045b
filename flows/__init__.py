"""What is orchestrated: Prefect lives here and in deployments.

clock       the only reader of a clock: real, or practice's own
mail        the only opener of an SMTP socket
letters     a digest as a message, and its transmission
sweep       the morning round, with or without Prefect
morning     that round as Prefect's scheduled flow
portal      the only asker of a portal: do published links still answer
plan_tasks  one Prefect flow per plan task, made from the plan
replay      a stretch of days run through the same sweep, letters into a folder
"""
