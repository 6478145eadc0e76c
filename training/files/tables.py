"""What was uploaded, by the hash of its content; the content itself lies sealed in the data folder."""

from piccolo.columns import BigInt, Integer, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class File(Table, tablename="kept_file"):
    """One content. The name is what the person who brought it called it: shown, never used as a path."""

    id: Serial
    sha256 = Varchar(length=64, unique=True, default=None)
    name = Varchar(length=255, default=None)
    media_type = Varchar(length=100, default=None)
    size = BigInt(default=None)
    kept_by = Integer(null=True, default=None)
    kept_at = Timestamptz(default=TimestamptzNow())
