"""The rules of `rules.py` once more, in SQL, for lists over more certificates than can be judged one by one.

Each constant is the text of common table expressions; `$1` is always the day of which is asked. That SQL and rules
never differ is kept by `tests/certificates/test_clocks.py`, which lets both judge the same certificates.
"""

# Every rule version with the days it is in force: the first of a type from the beginning, the last for ever.
RULE = """
rule AS MATERIALIZED (
    SELECT
        type,
        CASE WHEN row_number() OVER dated = 1 THEN '-infinity'::date ELSE effective_from END AS since,
        COALESCE(lead(effective_from) OVER dated, 'infinity'::date) AS until,
        max(NULLIF(effective_from, '-infinity'::date)) OVER (PARTITION BY type) AS last_since,
        validity_months,
        review_interval_months AS every,
        review_interval_months > 0
            AND (validity_months = 0 OR review_interval_months < validity_months) AS reviewed,
        apply_deadline_days AS lead_days,
        grace_days,
        GREATEST(
            renewal_window_days, apply_deadline_days, 0, (SELECT max(days) FROM unnest(reminder_days) days)
        ) AS horizon_days
    FROM rule_version
    WINDOW dated AS (PARTITION BY type ORDER BY effective_from)
)
"""

# From `chosen (id)` to `judged`: ends_on, review_on, due_on, act_by and standing of each, as `rules.judge` has them.
JUDGED = """
begun AS (
    SELECT
        c.id, c.type, c.issued_on, c.review_due_on, c.in_process_on, c.suspended_on, c.revoked_on, c.superseded_on,
        CASE WHEN c.reviewed_on <= $1 THEN c.reviewed_on END AS reviewed_on,
        CASE
            WHEN c.expires_on IS NOT NULL THEN c.expires_on
            WHEN NOT c.no_expiry AND i.validity_months > 0
                THEN (c.issued_on + make_interval(months => i.validity_months))::date - 1
        END AS ends_on,
        c.expires_on IS NULL AND NOT c.no_expiry AND c.issued_on IS NULL AND EXISTS (
            SELECT FROM rule
            WHERE rule.type = c.type AND (validity_months > 0 OR (reviewed AND c.review_due_on IS NULL))
        ) AS unknown,
        CASE WHEN i.reviewed AND c.review_due_on IS NULL THEN i.every END AS every,
        i.last_since
    FROM chosen
    JOIN certificate c ON c.id = chosen.id
    LEFT JOIN rule i ON i.type = c.type AND i.since <= c.issued_on AND c.issued_on < i.until
), pending AS (
    SELECT d.id, min(d.day) AS review_on
    FROM (
        SELECT id, type, ends_on, reviewed_on, review_due_on AS day
        FROM begun
        WHERE review_due_on IS NOT NULL
        UNION ALL
        SELECT id, type, ends_on, reviewed_on, (issued_on + make_interval(months => number * every))::date
        FROM begun
        CROSS JOIN generate_series(
            1, (GREATEST(reviewed_on + 180, last_since, issued_on) - issued_on) / 28 / every + 2
        ) number
        WHERE every IS NOT NULL
    ) d
    JOIN rule r ON r.type = d.type AND r.since <= d.day AND d.day < r.until AND r.reviewed
    WHERE d.day < COALESCE(d.ends_on, 'infinity'::date)
        AND (d.reviewed_on IS NULL OR d.reviewed_on < d.day - 180)
    GROUP BY d.id
), clock AS (
    SELECT
        begun.*, pending.review_on,
        CASE WHEN begun.ends_on < $1 THEN begun.ends_on ELSE LEAST(begun.ends_on, pending.review_on) END AS due_on
    FROM begun
    LEFT JOIN pending ON pending.id = begun.id
), judged AS (
    SELECT
        c.id, c.ends_on, c.review_on, c.due_on, c.due_on - r.lead_days AS act_by,
        CASE
            WHEN c.revoked_on <= $1 THEN 'revoked'
            WHEN c.superseded_on <= $1 THEN 'superseded'
            WHEN c.suspended_on <= $1 THEN 'suspended'
            WHEN c.ends_on < $1 AND c.ends_on + r.grace_days >= $1 THEN 'grace'
            WHEN c.ends_on < $1 THEN 'expired'
            WHEN c.issued_on > $1 OR c.unknown OR c.review_on < $1 THEN 'needs_verification'
            WHEN c.in_process_on <= $1 THEN 'in_process'
            WHEN c.due_on - r.horizon_days <= $1 THEN 'due'
            WHEN c.due_on IS NOT NULL THEN 'valid'
            ELSE 'no_expiry'
        END AS standing
    FROM clock c
    JOIN rule r ON r.type = c.type AND r.since <= COALESCE(c.due_on, $1) AND COALESCE(c.due_on, $1) < r.until
)
"""

# What may be due is read from the partial indexes of live certificates; what was live on a day gone by, and is no
# longer, from those of the days on which it ceased to be. On the present day the second part reads nothing.
LIVE = (
    "superseded_on IS NULL AND revoked_on IS NULL",
    "superseded_on > $1 AND (revoked_on IS NULL OR revoked_on > $1)",
    "superseded_on IS NULL AND revoked_on > $1",
)
ENDS_AS_PRINTED = """
    SELECT id, person, type, issued_on, suspended_on, expires_on AS ends_on
    FROM certificate
    WHERE <live> AND expires_on <= $2
"""
ENDS_BY_THE_RULE = """
    SELECT c.id, c.person, c.type, c.issued_on, c.suspended_on, c.ends_on
    FROM (
        -- A sum of months may fall short by three days at most, where a month is shorter.
        SELECT *, LEAST(until - 1, ($2::date + 4 - make_interval(months => validity_months))::date) AS latest
        FROM rule
        WHERE validity_months > 0
    ) i
    CROSS JOIN LATERAL (
        SELECT
            id, person, type, issued_on, suspended_on,
            (issued_on + make_interval(months => i.validity_months))::date - 1 AS ends_on
        FROM certificate
        WHERE <live> AND expires_on IS NULL AND NOT no_expiry
            AND certificate.type = i.type AND issued_on BETWEEN i.since AND i.latest
        OFFSET 0
    ) c
    WHERE c.ends_on <= $2
"""
REVIEWED_AS_PRINTED = """
    SELECT id, person, type, issued_on, suspended_on, expires_on, no_expiry, reviewed_on, review_due_on AS day
    FROM certificate
    WHERE <live> AND review_due_on <= $2
"""
REVIEWED_BY_THE_RULE = """
    SELECT
        c.id, c.person, c.type, c.issued_on, c.suspended_on, c.expires_on, c.no_expiry, c.reviewed_on,
        (c.issued_on + make_interval(months => number * i.every))::date
    FROM (
        SELECT *, LEAST(until - 1, ($2::date + 3 - make_interval(months => every))::date) AS latest
        FROM rule
        WHERE reviewed
    ) i
    CROSS JOIN LATERAL (
        SELECT id, person, type, issued_on, suspended_on, expires_on, no_expiry, reviewed_on
        FROM certificate
        WHERE <live> AND review_due_on IS NULL
            AND certificate.type = i.type AND issued_on BETWEEN i.since AND i.latest
            -- The first review is open, or there may be a second before the end: the rest is decided afterwards.
            AND (
                reviewed_on IS NULL
                OR reviewed_on > $1
                OR reviewed_on < (issued_on + make_interval(months => i.every))::date - 180
                OR (issued_on + make_interval(months => 2 * i.every))::date
                    < LEAST(COALESCE(expires_on, 'infinity'::date), $2::date + 1)
            )
        OFFSET 0
    ) c
    CROSS JOIN generate_series(
        1, (GREATEST(c.reviewed_on + 180, i.last_since, c.issued_on) - c.issued_on) / 28 / i.every + 2
    ) number
"""
NOTHING_KNOWN = """
    SELECT id, person, type, issued_on, suspended_on, review_due_on
    FROM certificate
    WHERE <live> AND expires_on IS NULL AND NOT no_expiry AND issued_on IS NULL
"""

# `deadline`: each certificate for which something must be done by `$2`, with the tab it stands on (expired, grace,
# needs_verification or due) and due_on, the end or the review that decides (NULL: nothing is known).
DEADLINE = """
ending AS (<ends_as_printed> UNION ALL <ends_by_the_rule>
), reviewing AS (<reviewed_as_printed> UNION ALL <reviewed_by_the_rule>
), nothing_known AS (<nothing_known>
), review AS MATERIALIZED (
    SELECT id, person, d.type, issued_on, suspended_on, ends_on, known, min(day) AS day
    FROM (
        SELECT
            c.*, c.expires_on IS NOT NULL OR c.no_expiry OR c.issued_on IS NOT NULL AS known,
            CASE
                WHEN c.expires_on IS NOT NULL THEN c.expires_on
                WHEN NOT c.no_expiry AND i.validity_months > 0
                    THEN (c.issued_on + make_interval(months => i.validity_months))::date - 1
            END AS ends_on
        FROM reviewing c
        LEFT JOIN rule i ON i.type = c.type AND i.since <= c.issued_on AND c.issued_on < i.until
    ) d
    JOIN rule r ON r.type = d.type AND r.since <= d.day AND d.day < r.until AND r.reviewed
    WHERE d.day <= $2 AND d.day < COALESCE(d.ends_on, 'infinity'::date)
        AND (d.reviewed_on IS NULL OR d.reviewed_on > $1 OR d.reviewed_on < d.day - 180)
    GROUP BY id, person, d.type, issued_on, suspended_on, ends_on, known
), deadline AS MATERIALIZED (
    SELECT
        x.id, x.person, x.type,
        CASE WHEN x.unknown THEN NULL WHEN x.ends_on < $1 THEN x.ends_on ELSE LEAST(x.ends_on, x.day) END AS due_on,
        CASE
            WHEN x.ends_on < $1 AND x.ends_on + g.grace_days >= $1 THEN 'grace'
            WHEN x.ends_on < $1 THEN 'expired'
            WHEN x.unknown OR x.day < $1 THEN 'needs_verification'
            ELSE 'due'
        END AS tab
    FROM (
        SELECT e.id, e.person, e.type, e.issued_on, e.suspended_on, e.ends_on, r.day, FALSE AS unknown
        FROM ending e
        LEFT JOIN review r ON r.id = e.id
        UNION ALL
        SELECT id, person, type, issued_on, suspended_on, ends_on, day, FALSE
        FROM review
        WHERE (ends_on IS NULL OR ends_on > $2)
            AND (known OR type NOT IN (SELECT type FROM rule WHERE validity_months > 0))
        UNION ALL
        SELECT id, person, type, issued_on, suspended_on, NULL, NULL, TRUE
        FROM nothing_known
        WHERE type IN (SELECT type FROM rule WHERE validity_months > 0 OR (reviewed AND review_due_on IS NULL))
    ) x
    LEFT JOIN rule g ON g.grace_days > 0 AND g.type = x.type AND g.since <= x.ends_on AND x.ends_on < g.until
    WHERE (x.issued_on IS NULL OR x.issued_on <= $1)
        AND (x.suspended_on IS NULL OR x.suspended_on > $1)
)
"""
for _marker, _branch in {
    "<ends_as_printed>": ENDS_AS_PRINTED,
    "<ends_by_the_rule>": ENDS_BY_THE_RULE,
    "<reviewed_as_printed>": REVIEWED_AS_PRINTED,
    "<reviewed_by_the_rule>": REVIEWED_BY_THE_RULE,
    "<nothing_known>": NOTHING_KNOWN,
}.items():
    DEADLINE = DEADLINE.replace(_marker, "UNION ALL".join(_branch.replace("<live>", _live) for _live in LIVE))
