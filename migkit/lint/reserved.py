"""The words that each product refuses as the name of a column without quotes, as its servers answer.

Each word was tried in `CREATE TABLE t (WORD INT)`; tests/server/facts/reserved.py asks all of them again. Words that
are names elsewhere in SQL (a type, a function) may still stand in quotes.
"""

from __future__ import annotations

import re

from migkit.model import Engine

_SHARED = """
accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade case
change char character check collate column condition constraint continue convert create cross current_date
current_time current_timestamp current_user cursor databases day_hour day_microsecond day_minute day_second dec
decimal declare default delayed delete desc describe deterministic distinct distinctrow div double drop dual each else
elseif enclosed escaped except exists exit explain false fetch float float4 float8 for force foreign from fulltext
grant group having high_priority hour_microsecond hour_minute hour_second if ignore in index infile inner inout
insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into is iterate join key keys kill leading
leave left like limit linear lines load localtime localtimestamp lock long longblob longtext loop low_priority match
maxvalue mediumblob mediumint mediumtext middleint minute_microsecond minute_second mod modifies natural
no_write_to_binlog not null numeric on optimize optionally or order out outer outfile over partition precision primary
procedure purge range read read_write reads real recursive references regexp release rename repeat replace require
resignal restrict return revoke right rlike row_number rows schemas second_microsecond select sensitive separator set
show signal smallint spatial specific sql sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate
sqlwarning ssl starting straight_join table terminated then tinyblob tinyint tinytext to trailing trigger true undo
union unique unlock unsigned update usage use using utc_date utc_time utc_timestamp values varbinary varchar
varcharacter varying when where while with write xor year_month zerofill
"""
_MYSQL = """
cube cume_dist database dense_rank empty first_value function generated get grouping groups io_after_gtids
io_before_gtids json_table lag last_value lateral lead nth_value ntile of optimizer_costs option percent_rank rank row
schema stored system virtual window
"""
_MYSQL_9 = "external library qualify tablesample"
_MARIADB = """
current_role delete_domain_id do_domain_ids ignore_domain_ids master_demote_to_replica master_demote_to_slave offset
page_checksum parse_vcol_expr portion ref_system_id returning stats_auto_recalc stats_persistent stats_sample_pages
"""
_POSTGRESQL = """
all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
concurrently constraint create cross current_catalog current_date current_role current_schema current_time
current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
full grant group having ilike in initially inner intersect into is isnull join lateral leading left limit
localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
returning right select session_user similar some symmetric table tablesample then to trailing true union unique user
using variadic verbose when where window with
"""
_LISTS = {
    "mysql": f"{_SHARED} {_MYSQL}",
    "mariadb": f"{_SHARED} {_MARIADB}",
    "postgresql": _POSTGRESQL,
}
_WORDS = {family: frozenset(re.findall(r"\w+", text)) for family, text in _LISTS.items()}
_NEW = frozenset(_MYSQL_9.split())


def reserved(engine: Engine) -> frozenset[str]:
    """Give the words that are no names without quotes, in lower case."""
    words = _WORDS.get(engine.family, frozenset())
    newer = engine.family == "mysql" and not engine.version.startswith(("5.", "8."))
    return words | _NEW if newer else words
