"""The keys of a plan file: unaccented Vietnamese outside, rules inside."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from models.office_keys import Certainty, Code, Count, Day, Keys, Lines, Passage, Remark, Text, Year
from models.office_words import SHA256
from models.plan_entries import Entry, known_item

CALENDAR_TASK = "LICH"  # the office's own duty to record next year's notice; no plan may use this code
TaskKind = Literal["bao-cao", "cong-khai", "doi-thoai", "chi-tieu", "su-kien", "thuong-xuyen", "khoang", "mot-lan"]


class Ground(Keys):
    """A legal or plan ground, and how sure it is."""

    van_ban: Text
    dieu: Remark = ""
    muc_chac: Certainty


class Done(Keys):
    """Evidence the plan itself already gives."""

    ngay: Day
    van_ban: Text


class UnitKeys(Keys):
    """A unit and whether it may be urged: a body that is no subordinate is only informed."""

    ma: Code
    ten: Text
    quan_he: Literal["noi-bo", "phoi-hop", "cap-tren"] = "noi-bo"


class EventKeys(Keys):
    """An event tasks wait for; its day only when the source gives it."""

    ma: Code
    ten: Text
    ngay: Day | None = None
    van_ban: Text | None = None


class TaskKeys(Keys):
    """One plan task (nhiệm vụ)."""

    ma: Code
    ten: Text
    loai: TaskKind
    chi_so: Annotated[int, Field(strict=True, ge=1, le=9)] | None = None
    thanh_phan: Text | None = None
    nguon: Text
    trich: Lines | None = None
    chu_tri: Code | None = None
    thuc_hien: tuple[Code, ...] = ()
    ket_qua: Text | None = None
    thoi_han: tuple[Entry, ...] = ()
    can_cu: tuple[Ground, ...] = ()
    moc_nhac: Literal["day-du", "noi-bo", "tuan"] | None = None
    da_xong: Done | None = None
    cho_xac_nhan: bool = False
    gop: tuple[Code, ...] = ()
    phat_hien: tuple[Lines, ...] = ()
    # An imported task: the rows it was read from, and their words whole.
    dong: tuple[Text, ...] = ()
    loi_van: Passage | None = None
    # A report: whom it goes to, which document it becomes, which tasks it covers, when units hand in their part.
    noi_nhan: Text | None = None
    mau: Code | None = None
    pham_vi: tuple[Code, ...] = ()
    nop_truoc: Count | None = None
    # A disclosure: what must be published (rules/law/disclosures). A quota: the list of people it counts.
    noi_dung: tuple[Annotated[Code, AfterValidator(known_item)], ...] = ()
    danh_sach: Code | None = None

    def family(self) -> dict[str, Any]:
        """What belongs to the task's family alone, as stored."""
        kept = {
            "receiver": self.noi_nhan,
            "template": self.mau,
            "scope": list(self.pham_vi),
            "hand_in": self.nop_truoc,
            "items": list(self.noi_dung),
            "members": self.danh_sach,
        }
        return {name: value for name, value in kept.items() if value}


class AuthorityKeys(Keys):
    """The office that promises; its place and the body above are printed on documents."""

    ma: Code
    ten: Text
    dia_danh: Text | None = None
    cap_tren: Text | None = None


class SourceKeys(Keys):
    """The document the plan was taken from."""

    ten: Text
    sha256: Annotated[str, StringConstraints(pattern=SHA256)]


class EarlierPlanKeys(Keys):
    """The plan of an earlier year this one was rolled over from, with the SHA-256 of its file."""

    ma: Code
    so: Text
    nam: Year
    sha256: Annotated[str, StringConstraints(pattern=SHA256)]


class PlanKeys(Keys):
    """The plan's own facts; a draft («du-thao») may lack its day, and carries what people still must decide."""

    ma: Code
    du_thao: bool = False
    so: Text
    ngay: Day | None = None
    nam: Year
    ten: Text
    co_quan: AuthorityKeys
    nguon: SourceKeys | None = None
    ke_hoach_truoc: EarlierPlanKeys | None = None
    cho_quyet_dinh: tuple[Lines, ...] = ()
    phat_hien: tuple[Lines, ...] = ()

    @property
    def signed(self) -> date:
        """The day it is signed; a draft without one is looked at as if signed when its year begins."""
        return self.ngay or date(self.nam, 1, 1)


class PlanDocument(Keys):
    """A whole plan file."""

    ke_hoach: PlanKeys
    don_vi: tuple[UnitKeys, ...]
    su_kien: tuple[EventKeys, ...] = ()
    nhiem_vu: tuple[TaskKeys, ...]
