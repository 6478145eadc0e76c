"""What can be learned: hours, exam parts, and the certificate type it leads to."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, OnDelete, Serial, Text, Varchar
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
    """What one part of a course's exam asks from a day on, until the next row of that part.

    A session is judged by what was asked on its first day, so changing a pass mark alters no result of the past.
    A course without parts asks for attendance only.
    """

    id: Serial
    course = ForeignKey(Course, null=False, on_delete=OnDelete.restrict)
    part = Varchar(length=20, default=None)  # theory, practical
    effective_from = Date(default=None)
    pass_mark = Integer(default=None)  # of 100; 0: the part is no longer asked

    uq_exam_part_course_part = Unique([course, part, effective_from])
    ck_exam_part_pass_mark = Check((pass_mark >= 0) & (pass_mark <= 100))
    ck_exam_part_part = Check("part IN ('theory', 'practical')")
