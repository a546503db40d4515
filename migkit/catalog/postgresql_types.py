"""The parts of the snapshot statement that read what belongs to no relation.

Types, routines, schemas, extensions, privileges and the objects that few schemas have; the marks in the text
are explained in `postgresql_queries`. Objects of an extension are left out everywhere.
"""

from __future__ import annotations

_TYPES = """
SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' ELSE 'type' END, '', s.prefix || t.typname,
  concat_ws(' ', CASE t.typtype
  WHEN 'e' THEN (SELECT 'ENUM (' || coalesce(string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder), '')
      || ')' FROM pg_enum WHERE enumtypid = t.oid)
  WHEN 'd' THEN concat_ws(' ', 'DOMAIN', format_type(t.typbasetype, t.typtypmod),
    CASE WHEN t.typcollation <> (SELECT typcollation FROM pg_type b WHERE b.oid = t.typbasetype) THEN (
      SELECT 'COLLATE ' || quote_ident(nspname) || '.' || quote_ident(collname)
      FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = t.typcollation) END,
    CASE WHEN t.typnotnull THEN 'NOT NULL' END, 'DEFAULT ' || t.typdefault,
    (SELECT string_agg(concat_ws(' ', 'CONSTRAINT', quote_ident(k.conname), pg_get_constraintdef(k.oid),
        @note(pg_constraint, k.oid, 0)), ' ' ORDER BY k.conname)
      FROM pg_constraint k WHERE k.contypid = t.oid
        AND NOT (k.contype = 'n' AND k.conname = t.typname || '_not_null')))
  WHEN 'c' THEN (SELECT 'TYPE (' || coalesce(string_agg(concat_ws(' ', quote_ident(a.attname),
        format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attcollation <> b.typcollation THEN (
          SELECT 'COLLATE ' || quote_ident(nspname) || '.' || quote_ident(collname)
          FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = a.attcollation) END,
        @note(pg_class, a.attrelid, a.attnum)), ', ' ORDER BY a.attnum), '') || ')'
      FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid
      WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
  WHEN 'r' THEN (SELECT concat_ws(' ', 'RANGE OF', format_type(g.rngsubtype, NULL),
        (SELECT 'OPCLASS ' || opcname FROM pg_opclass o WHERE o.oid = g.rngsubopc AND NOT o.opcdefault),
        'COLLATION ' || NULLIF(g.rngcollation, b.typcollation)::text,
        'CANONICAL ' || NULLIF(g.rngcanonical, 0)::regproc, 'DIFF ' || NULLIF(g.rngsubdiff, 0)::regproc
        , 'MULTIRANGE ' || format_type(g.rngmultitypid, NULL) --14+
      ) FROM pg_range g JOIN pg_type b ON b.oid = g.rngsubtype WHERE g.rngtypid = t.oid)
  ELSE concat_ws(' ', 'BASE', t.typlen, t.typbyval, t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin,
    t.typmodout, t.typanalyze, t.typcategory, t.typispreferred, t.typdelim, t.typalign, t.typstorage,
    format_type(NULLIF(t.typelem, 0), NULL), t.typcollation <> 0, 'DEFAULT ' || t.typdefault) END,
  @note(pg_type, t.oid, 0), @note(pg_class, t.typrelid, 0), @acl(t.typacl, T, t.typowner)), 0
FROM pg_type t JOIN space s ON s.oid = t.typnamespace
WHERE t.oid >= 16384 AND (t.typtype IN ('e', 'd', 'r', 'p') OR t.typtype = 'b' AND t.typcategory <> 'A'
    OR EXISTS (SELECT FROM rel r WHERE r.oid = t.typrelid AND r.relkind = 'c'))
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
"""

_ROUTINES = """
SELECT 'routine', '', s.prefix || p.proname || '(' || oidvectortypes(p.proargtypes) || ')', concat_ws(' ',
  CASE WHEN p.prokind = 'a' THEN (SELECT concat_ws(' ', 'AGGREGATE', pg_get_function_arguments(p.oid),
      g.aggkind, g.aggnumdirectargs, 'SFUNC', g.aggtransfn, 'STYPE', format_type(g.aggtranstype, NULL),
      g.aggtransspace, 'FINAL', g.aggfinalfn, g.aggfinalextra, g.aggfinalmodify, 'COMBINE', g.aggcombinefn,
      'SERIAL', g.aggserialfn, g.aggdeserialfn, 'MOVING', g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn,
      g.aggmfinalextra, g.aggmfinalmodify, format_type(NULLIF(g.aggmtranstype, 0), NULL), g.aggmtransspace,
      'INIT ' || quote_literal(g.agginitval), 'MINIT ' || quote_literal(g.aggminitval),
      'SORT ' || NULLIF(g.aggsortop, 0)::regoperator, 'PARALLEL', p.proparallel)
    FROM pg_aggregate g WHERE g.aggfnoid = p.oid)
  ELSE pg_get_functiondef(p.oid) END,
  @note(pg_proc, p.oid, 0), @acl(p.proacl, f, p.proowner)), 0
FROM pg_proc p JOIN space s ON s.oid = p.pronamespace
WHERE p.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
"""

# A schema that CREATE EXTENSION made is no member of it, and stays behind: it is a schema once the extension is gone.
_SCHEMAS = """
SELECT 'schema', '', n.nspname, concat_ws(' ', 'SCHEMA',
  NULLIF(@note(pg_namespace, n.oid, 0), CASE n.nspname WHEN 'public' THEN 'COMMENT ''standard public schema''' END),
  @acl(n.nspacl, n, n.nspowner)), 0
FROM pg_namespace n JOIN space s ON s.oid = n.oid
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
  AND (NOT EXISTS (SELECT FROM pg_extension e
    WHERE n.oid >= 16384 AND (e.extnamespace = n.oid AND NOT e.extrelocatable
      OR e.extname = 'postgis_tiger_geocoder' AND n.nspname = 'tiger_data'))
    OR @acl(n.nspacl, n, n.nspowner) IS NOT NULL)
UNION ALL
SELECT 'extension', '', e.extname, concat_ws(' ', 'VERSION', e.extversion, 'SCHEMA', quote_ident(n.nspname),
  @note(pg_extension, e.oid, 0)), 0
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
UNION ALL
SELECT 'event trigger', '', t.evtname, concat_ws(' ', 'ON', t.evtevent, 'TAGS ' || array_to_string(t.evttags, ', '),
  'EXECUTE', t.evtfoid::regproc, CASE t.evtenabled WHEN 'D' THEN 'DISABLED' WHEN 'R' THEN 'ENABLE REPLICA'
    WHEN 'A' THEN 'ENABLE ALWAYS' END, @note(pg_event_trigger, t.oid, 0)), 0
FROM pg_event_trigger t
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = t.oid)
UNION ALL
SELECT 'default privileges', '', concat_ws(' ', pg_get_userbyid(d.defaclrole), n.nspname, d.defaclobjtype),
  array_to_string(ARRAY(SELECT unnest(d.defaclacl)::text ORDER BY 1), ', '), 0
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
"""

_OPERATORS = """
SELECT 'operator', '', s.prefix || o.oprname || '(' || format_type(o.oprleft, NULL) || ', '
    || format_type(o.oprright, NULL) || ')', concat_ws(' ', o.oprkind, o.oprcode, o.oprcanmerge, o.oprcanhash,
  'COMMUTATOR ' || NULLIF(o.oprcom, 0)::regoperator, 'NEGATOR ' || NULLIF(o.oprnegate, 0)::regoperator,
  'RESTRICT', o.oprrest, 'JOIN', o.oprjoin, @note(pg_operator, o.oid, 0)), 0
FROM pg_operator o JOIN space s ON s.oid = o.oprnamespace
WHERE o.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_operator'::regclass AND m.objid = o.oid)
UNION ALL
SELECT 'operator class', '', s.prefix || o.opcname || ' ' || a.amname, concat_ws(' ', format_type(o.opcintype, NULL),
  CASE WHEN o.opcdefault THEN 'DEFAULT' END, 'FAMILY', f.opfname, format_type(NULLIF(o.opckeytype, 0), NULL),
  @note(pg_opclass, o.oid, 0)), 0
FROM pg_opclass o JOIN space s ON s.oid = o.opcnamespace JOIN pg_am a ON a.oid = o.opcmethod
  JOIN pg_opfamily f ON f.oid = o.opcfamily
WHERE o.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_opclass'::regclass AND m.objid = o.oid)
UNION ALL
SELECT 'operator family', '', s.prefix || f.opfname || ' ' || a.amname, concat_ws(' ', 'FAMILY',
  (SELECT string_agg(x.amopstrategy || '=' || x.amopopr::regoperator || x.amoppurpose::text
      || coalesce(' ' || (SELECT opfname FROM pg_opfamily WHERE oid = x.amopsortfamily), ''), ', '
      ORDER BY x.amoplefttype, x.amoprighttype, x.amopstrategy)
    FROM pg_amop x WHERE x.amopfamily = f.oid),
  (SELECT string_agg(x.amprocnum || '=' || x.amproc, ', ' ORDER BY x.amproclefttype, x.amprocrighttype, x.amprocnum)
    FROM pg_amproc x WHERE x.amprocfamily = f.oid), @note(pg_opfamily, f.oid, 0)), 0
FROM pg_opfamily f JOIN space s ON s.oid = f.opfnamespace JOIN pg_am a ON a.oid = f.opfmethod
WHERE f.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_opfamily'::regclass AND m.objid = f.oid)
UNION ALL
SELECT 'cast', '', format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL),
  concat_ws(' ', NULLIF(c.castfunc, 0)::regprocedure, c.castcontext, c.castmethod, @note(pg_cast, c.oid, 0)), 0
FROM pg_cast c WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_cast'::regclass AND m.objid = c.oid)
"""

_TEXT = """
SELECT 'collation', '', s.prefix || c.collname, concat_ws(' ', c.collprovider, c.collisdeterministic,
  c.collcollate, c.collctype,
  c.colliculocale, --15+<17
  c.colllocale, --17+
  c.collicurules, --16+
  @note(pg_collation, c.oid, 0)), 0
FROM pg_collation c JOIN space s ON s.oid = c.collnamespace
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_collation'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'conversion', '', s.prefix || c.conname, concat_ws(' ', c.conforencoding, c.contoencoding, c.conproc,
  c.condefault, @note(pg_conversion, c.oid, 0)), 0
FROM pg_conversion c JOIN space s ON s.oid = c.connamespace
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_conversion'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'text search configuration', '', s.prefix || c.cfgname, concat_ws(' ', 'PARSER', p.prsname,
  (SELECT string_agg(x.maptokentype || '=' || x.mapdict::regdictionary, ', ' ORDER BY x.maptokentype, x.mapseqno)
    FROM pg_ts_config_map x WHERE x.mapcfg = c.oid), @note(pg_ts_config, c.oid, 0)), 0
FROM pg_ts_config c JOIN space s ON s.oid = c.cfgnamespace JOIN pg_ts_parser p ON p.oid = c.cfgparser
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_ts_config'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'text search dictionary', '', s.prefix || d.dictname, concat_ws(' ', 'TEMPLATE', t.tmplname,
  d.dictinitoption, @note(pg_ts_dict, d.oid, 0)), 0
FROM pg_ts_dict d JOIN space s ON s.oid = d.dictnamespace JOIN pg_ts_template t ON t.oid = d.dicttemplate
WHERE d.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_ts_dict'::regclass AND m.objid = d.oid)
"""

_FOREIGN = """
SELECT 'foreign data wrapper', '', f.fdwname, concat_ws(' ', 'HANDLER ' || NULLIF(f.fdwhandler, 0)::regproc,
  'VALIDATOR ' || NULLIF(f.fdwvalidator, 0)::regproc, 'OPTIONS ' || array_to_string(f.fdwoptions, ', '),
  @note(pg_foreign_data_wrapper, f.oid, 0), @acl(f.fdwacl, F, f.fdwowner)), 0
FROM pg_foreign_data_wrapper f
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = f.oid)
UNION ALL
SELECT 'server', '', v.srvname, concat_ws(' ', 'FOREIGN DATA WRAPPER', f.fdwname, 'TYPE ' || v.srvtype,
  'VERSION ' || v.srvversion, 'OPTIONS ' || array_to_string(v.srvoptions, ', '),
  (SELECT string_agg('USER ' || CASE u.umuser WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(u.umuser) END
      || coalesce(' ' || md5(array_to_string(u.umoptions, ', ')), ''), ', ' ORDER BY u.umuser)
    FROM pg_user_mappings u WHERE u.srvid = v.oid),
  @note(pg_foreign_server, v.oid, 0), @acl(v.srvacl, S, v.srvowner)), 0
FROM pg_foreign_server v JOIN pg_foreign_data_wrapper f ON f.oid = v.srvfdw
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_foreign_server'::regclass AND m.objid = v.oid)
UNION ALL
SELECT 'language', '', l.lanname, concat_ws(' ', CASE WHEN l.lanpltrusted THEN 'TRUSTED' END,
  NULLIF(l.lanplcallfoid, 0)::regproc, NULLIF(l.laninline, 0)::regproc, NULLIF(l.lanvalidator, 0)::regproc,
  @note(pg_language, l.oid, 0), @acl(l.lanacl, l, l.lanowner)), 0
FROM pg_language l WHERE l.oid >= 16384
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_language'::regclass AND m.objid = l.oid)
UNION ALL
SELECT 'publication', '', p.pubname, concat_ws(' ', CASE WHEN p.puballtables THEN 'ALL TABLES' END,
  CASE WHEN p.pubinsert THEN 'INSERT' END, CASE WHEN p.pubupdate THEN 'UPDATE' END,
  CASE WHEN p.pubdelete THEN 'DELETE' END, CASE WHEN p.pubtruncate THEN 'TRUNCATE' END,
  CASE WHEN p.pubviaroot THEN 'VIA ROOT' END, --13+
  p.pubgencols, --18+
  (SELECT 'TABLES ' || string_agg(concat_ws(' ', x.prrelid::regclass
      , x.prattrs, pg_get_expr(x.prqual, x.prrelid) --15+
      ), ', ' ORDER BY x.prrelid::regclass::text) FROM pg_publication_rel x WHERE x.prpubid = p.oid),
  (SELECT 'SCHEMAS ' || string_agg(n.nspname, ', ' ORDER BY n.nspname) FROM pg_publication_namespace x --15+
    JOIN pg_namespace n ON n.oid = x.pnnspid WHERE x.pnpubid = p.oid), --15+
  @note(pg_publication, p.oid, 0)), 0
FROM pg_publication p
UNION ALL
SELECT 'security label', '', pg_describe_object(l.classoid, l.objoid, l.objsubid) || ' ' || l.provider, l.label, 0
FROM pg_seclabel l
"""

SUBSCRIPTIONS = """
SELECT 'subscription', '', b.subname, concat_ws(' ', b.subenabled, b.subslotname, b.subsynccommit,
  array_to_string(b.subpublications, ', ')), 0
FROM pg_subscription b
WHERE b.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

OTHERS = (_TYPES, _ROUTINES, _SCHEMAS, _OPERATORS, _TEXT, _FOREIGN)
