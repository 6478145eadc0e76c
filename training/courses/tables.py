"""What can be learned: hours, exam parts, and the certificate type it leads to."""

from piccolo.columns import Boolean, ForeignKey, Integer, OnDelete, Serial, Text, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from training.certificates.tables import CertificateType


class Course(Table):
    """Something taught, again and again, in sessions."""

    id: Serial
    code = Varchar(length=40, null=True, default=None)  # of a built-in skill class
    name = Varchar(length=100, unique=True, default=None)
    name_en = Varchar(length=150, default="")
    kind = Varchar(length=20, default=None)  # skill_class, policy_study, induction, refresher, external
    leads_to = ForeignKey(CertificateType, null=True, default=None, on_delete=OnDelete.restrict)  # None: to none
    minutes = Integer(default=0)  # class hours are stored in minutes
    summary = Text(default="")
    active = Boolean(default=True)

    uq_course_code = Unique([code])
    ck_course_minutes = Check(minutes >= 0)


class ExamPart(Table):
    """One part of a course's exam, passed on its own. A course without parts asks for attendance only."""

    id: Serial
    course = ForeignKey(Course, null=False, on_delete=OnDelete.restrict)
    part = Varchar(length=20, default=None)  # theory, practical
    pass_mark = Integer(default=None)  # of 100

    uq_exam_part_course_part = Unique([course, part])
    ck_exam_part_pass_mark = Check((pass_mark >= 1) & (pass_mark <= 100))
    ck_exam_part_part = Check("part IN ('theory', 'practical')")
