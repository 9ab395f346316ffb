"""Makes, of the last transaction of its kind in PostgreSQL's log, the script with which pgbench repeats it: the same
prepared statements with the same parameters, each in a round trip of its own. What differs each time (ids, the key, the
pseudonym, and what they are part of) its second statement returns beside its own result.

usage: bench-statements.py LOG TEXT SCRIPT VARIABLES     the transactions that have TEXT in one of their statements, two
                                                         at least; VARIABLES: pgbench's arguments, one a line
"""

import re
import sys

log, text, script, variables = sys.argv[1:]
START = r"\d{4}-\d\d-\d\d [\d:.]+ \w+ \[(\d+)\] "
# What one request makes up: UUIDs, idempotency keys of the benchmark, pseudonyms.
MADE = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|bench-\d+-\d+|\bp-[0-9a-f]{32}")
# An array that is a function's argument has no type that PostgreSQL could guess.
OUTBOX = ["uuid[]", "text[]", "text[]", "bigint[]", "timestamptz[]", "jsonb[]", "jsonb[]", "uuid[]"]


def transactions():
    """Those with TEXT, each a list of (statement, parameters)."""
    sessions, ended = {}, []
    with open(log, encoding="utf-8", errors="replace") as file:
        records = re.split(rf"\n(?={START})", "\n" + file.read())
    # The pattern's group comes back between the records.
    for record in records[::2]:
        found = re.match(START + r"(\w+):  (.*)", record, re.S)
        if not found:
            continue
        session, kind, words = found.groups()
        execution = re.match(r"execute \w+: (.*)", words, re.S)
        if kind == "LOG" and execution:
            if execution[1].startswith("begin"):
                sessions[session] = []
            sessions.setdefault(session, []).append((execution[1], []))
            if execution[1] == "commit" and any(text in sql for sql, _ in sessions[session]):
                ended.append(sessions[session])
        elif kind == "DETAIL" and words.startswith("parameters: ") and sessions.get(session):
            values = re.findall(r"\$\d+ = (NULL|'(?:[^']|'')*')(?=, \$\d|$)", words, re.S)
            sessions[session][-1][1].extend(
                None if value == "NULL" else value[1:-1].replace("''", "'") for value in values)
    return ended


def quoted(value):
    return "'" + value.replace("'", "''") + "'"


found = transactions()
last = found[-1]
before = [one for one in found[:-1] if [sql for sql, _ in one] == [sql for sql, _ in last]][-1]
known = {token for _, values in before for value in values for token in MADE.findall(value or "")}
made = {}
for _, values in last:
    for token in (token for value in values for token in MADE.findall(value or "")):
        if token not in known:
            made.setdefault(token, f"made{len(made)}")

definitions, columns, commands = [], [], []
for number, (sql, values) in enumerate(last):
    sql, places = " ".join(sql.split()), []
    for position, value in enumerate(values):
        name = f"v{number}_{position}"
        tokens = dict.fromkeys(token for token in MADE.findall(value or "") if token in made)
        if not value:
            # pgbench's variables are never empty.
            places.append("null" if value is None else "''")
            continue
        if not tokens:
            definitions.append(f"--define={name}={value}")
        elif [value] == list(tokens):
            name = made[value]
        else:
            expression = quoted(value)
            for token in tokens:
                expression = f"replace({expression}, {quoted(token)}, {made[token]})"
            columns.append(f"{expression} as {name}")
        types = OUTBOX if "unnest($1, $2, $3, $4, $5, $6, $7, $8)" in sql else None
        places.append(f":{name}" + (f"::{types[position]}" if types else ""))
    for position in reversed(range(len(values))):
        sql = sql.replace(f"${position + 1}", places[position])
    commands.append(sql)

fresh = ", ".join(
    ("gen_random_uuid()::text" if len(token) == 36 else "replace(gen_random_uuid()::text, '-', '')") + f" as {name}"
    for token, name in made.items())
first, settings, *rest = commands
with open(script, "w", encoding="utf-8") as file:
    print(f"{first};", file=file)
    print(f"select made.*{''.join(', ' + column for column in columns)}, settings.* "
          f"from (select {fresh}) made, ({settings}) settings (s0, s1, s2, s3) \\gset", file=file)
    for command in rest:
        print(f"{command};", file=file)
with open(variables, "w", encoding="utf-8") as file:
    print(*definitions, sep="\n", file=file)
