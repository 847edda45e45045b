"""What things are called in Prefect: there a flow's name is all that says whose a run is."""

from __future__ import annotations

from models.tables import Plan, PlanTask

SWEEP_NAME = "Quét buổi sáng"
SWEEP_DEPLOYMENT, TASK_DEPLOYMENT = "quet-buoi-sang", "nhiem-vu"
POOL = "dunghan"


def flow_name(task: PlanTask, plan: Plan) -> str:
    """«B02 · Báo cáo kết quả PAPI 6 tháng đầu năm · nhu-quynh-2024»; Prefect refuses some characters in names."""
    return f"{task.code} · {task.title} · {plan.code}".translate(_SPELT_OUT)


_SPELT_OUT = str.maketrans({"/": "-", "%": " phần trăm", "&": "và", "<": "", ">": ""})
