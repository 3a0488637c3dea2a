"""The end of the report's document: the accounts and events that each figure above is counted from (M15)."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

MOST_ROWS, FIRST_EVENTS = 1000, 6
"""Of a list in the document, and of a row's events; report.json holds them all."""

BEHIND = """\
<section class="behind" id="behind">
<h2>Accounts and events behind the figures</h2>
<p class="quiet">Each figure above that is underlined leads here. A figure is the count of the rows it names. Arm: of the first opening so far. Quarter: the arm of the first opening in it, "earlier" where there was none. Held out: the planned share and the stratum of the draw. Events are named by their kind, day and own id in the workspace. Lists longer than {{ most }} rows, and events beyond the first {{ first }} of a row, are cut here; report.json holds them whole.</p>
{% for f in r.findings %}
<div class="wide" id="play-{{ loop.index }}"><table>
<caption>{{ f.play|name }}: {{ f.behind|length }} accounts up to the quarter's end</caption>
{% if f.behind %}
<thead><tr><th scope="col">Account</th><th scope="col">Arm</th><th scope="col">Quarter</th><th scope="col">Opened</th><th scope="col">Held out</th><th scope="col">Window over</th><th scope="col">Goal reached</th><th scope="col">Films sent</th><th scope="col">Watched</th><th scope="col">Events</th></tr></thead>
<tbody>{% for b in f.behind[:most] %}<tr><th scope="row">{{ b.account }}</th><td>{{ b.arm|arm }}</td><td>{{ b.own_arm|arm if b.own_arm else "earlier" }}</td><td>{% for d, arm in b.opened %}{{ d }}{{ ", " if not loop.last }}{% endfor %}</td><td>{{ b.planned|pct if b.planned is not none else "not logged" }}{{ ", " ~ b.stratum if b.stratum }}</td><td>{{ b.window_over if f.window_days else "" }}</td><td>{{ b.outcome_on or "" }}{% if b.own_outcome_on and b.own_outcome_on != b.outcome_on %} in the quarter {{ b.own_outcome_on }}{% endif %}</td><td>{{ b.films|join(", ") }}</td><td>{{ b.watched|join(", ") }}</td><td class="ids">{{ b.events|ids }}</td></tr>{% endfor %}</tbody>
{% else %}<tbody><tr><td>The play has opened for no account.</td></tr></tbody>{% endif %}
</table></div>
{% endfor %}
{% for f in r.findings if f.rebound %}
<div class="wide" id="rebound-{{ f.play }}"><table>
<caption>{{ f.play|name }}: {{ f.rebound.metric }} before and after, {{ f.rebound.moved|length }} accounts; learnt from {{ f.rebound.learnt|length }} before it first opened</caption>
<thead><tr><th scope="col">Account</th><th scope="col">Arm</th><th scope="col" class="n">Then</th><th scope="col">On</th><th scope="col" class="n">Later</th><th scope="col">On</th></tr></thead>
<tbody>{% for m in (f.rebound.moved + f.rebound.learnt)[:most] %}<tr><th scope="row">{{ m.account }}</th><td>{{ m.arm|arm if m.arm else "before any opening" }}</td><td class="n">{{ m.then|plain }}</td><td>{{ m.then_on }}</td><td class="n">{{ m.later|plain }}</td><td>{{ m.later_on }}</td></tr>{% endfor %}</tbody>
</table></div>
{% endfor %}
{% for s in r.silences if s.behind %}
<div class="wide" id="silence-{{ loop.index }}"><table>
<caption>Not sent, {{ s.reason }}: {{ s.accounts }} {{ "account" if s.accounts == 1 else "accounts" }}</caption>
<thead><tr><th scope="col">Account</th><th scope="col">Events</th></tr></thead>
<tbody>{% for account, events in (s.behind.items()|list)[:most] %}<tr><th scope="row">{{ account }}</th><td class="ids">{{ events|ids }}</td></tr>{% endfor %}</tbody>
</table></div>
{% endfor %}
{% for p in r.parts %}
<div class="wide" id="rows-{{ p.key }}"><table>
<caption>{{ p.title }}: {{ p.rows|length }} {{ "row" if p.rows|length == 1 else "rows" }}</caption>
{% if p.rows %}
<thead><tr>{% for name in p.head %}<th scope="col">{{ name }}</th>{% endfor %}<th scope="col">Counts in</th><th scope="col">Events</th></tr></thead>
<tbody>{% for row in p.rows[:most] %}<tr><th scope="row">{{ row.name }}</th>{% for cell in row.cells %}<td>{{ cell }}</td>{% endfor %}<td>{{ counts_in(p, row) }}</td><td class="ids">{{ row.events|ids }}</td></tr>{% endfor %}</tbody>
{% else %}<tbody><tr><td>None.</td></tr></tbody>{% endif %}
</table></div>
{% endfor %}
{% for s in r.plans %}
<div class="wide" id="plan-{{ loop.index }}"><table>
<caption>{{ s.plan.play|planned }}: analysis plan {{ s.plan.hash }}</caption>
<tbody>{% for name, value in s.plan|terms %}<tr><th scope="row">{{ name }}</th><td class="many">{{ value }}</td></tr>{% endfor %}<tr><th scope="row">Standing</th><td class="many">{{ s.told|sentence }}</td></tr></tbody>
</table></div>
{% endfor %}
{% if r.revenue %}
{{ kept("cohort", "Revenue of the quarter", r.revenue.cohort, r.revenue.currency) }}
{{ kept("drawn", "The programme's draw, six months from each account's", r.revenue.drawn, r.revenue.currency) }}
{% endif %}
</section>
"""

KEPT = """\
<div class="wide" id="{{ id }}"><table>
<caption>{{ caption }}: {{ cohort|length }} accounts with revenue before, in {{ currency }} a year</caption>
{% if cohort %}
<thead><tr><th scope="col">Account</th><th scope="col">Arm</th><th scope="col">Move</th><th scope="col" class="n">Before</th><th scope="col" class="n">After</th><th scope="col">Contracts</th></tr></thead>
<tbody>{% for k in cohort[:most] %}<tr><th scope="row">{{ k.account }}</th><td>{{ k.arm|arm if k.arm else "not drawn" }}</td><td>{{ k.move }}</td><td class="n">{{ k.before|cents }}</td><td class="n">{{ k.after|cents }}</td><td>{% for id, before, after in k.contracts %}{{ id }}{% if before != after %} {{ before|cents }} to {{ after|cents }}{% endif %}{{ ", " if not loop.last }}{% endfor %}</td></tr>{% endfor %}</tbody>
{% else %}<tbody><tr><td>None.</td></tr></tbody>{% endif %}
</table></div>
"""

REVENUE = """\
<section>
<h2>Revenue</h2>
<p class="quiet">Accounts with paid contracts at the end of {{ v.first|day }}, and what they paid at the end of {{ v.last|day }}; {{ v.currency }} a year. Accounts that joined later are in no figure.</p>
{% if v.sums.accounts %}
<dl class="figures money">
{% for name, cents in bridge %}<div><dt>{{ name }}</dt><dd><a href="#cohort">{{ cents|cents }}</a></dd></div>{% endfor %}
</dl>
{% endif %}
{% for about, a in (("Net revenue retention", v.nrr), ("Gross revenue retention", v.grr)) %}
<div class="answer keep">
<h3><span>{{ about }}</span>{% if a.kind == "refusal" %}<span class="grade no">R: refused</span>{% else %}<span class="grade">Grade C: what was, not why</span>{% endif %}</h3>
{% if a.kind == "refusal" %}<p><b>Not enough evidence:</b> {{ a.reason }}. What would help: {{ a.would_help }}.</p>
{% else %}<p class="value"><a href="#cohort">{{ a.value|pct2 }}</a></p>
<p>95% interval {{ a.low|pct1 }} to {{ a.high|pct1 }}. {{ a.n[0] }} accounts, {{ a.events[0] }} of them lost.{% for name, found in a.checks.items() %} {{ name|sentence }}: {{ found }}.{% endfor %}</p>{% endif %}
</div>
{% endfor %}
<div class="answer keep">
<h3><span>What the programme added to net revenue retention</span>{% if added.kind == "refusal" %}<span class="grade no">R: refused</span>{% else %}<span class="grade">Grade {{ added.grade }}{{ ": exploratory" if added.grade == "C" }}</span>{% endif %}</h3>
{% if added.kind == "refusal" %}<p><b>Not enough evidence:</b> {{ added.reason }}.</p>
<p>What would help: {{ added.would_help }}.{% if added.earliest %} <b class="nw">Earliest: {{ added.earliest|day }}.</b>{% endif %} <a href="#drawn">{{ added.n[0] }} served and {{ added.n[1] }} held-out accounts</a> have their six months behind them.</p>
{% else %}<p class="value"><a href="#drawn">{{ added.value|points }} points</a></p>
<p>95% interval {{ added.low|points }} to {{ added.high|points }} points{{ "" if added.direction else ": chance alone can make such a difference" }}. On the served accounts' revenue that is {{ v.added.cents[0]|cents }} {{ v.currency }} a year ({{ v.added.cents[1]|cents }} to {{ v.added.cents[2]|cents }}). {{ added.n[0] }} served accounts against {{ added.n[1] }} held out. {{ added.method|sentence }}.{% for name, found in added.checks.items() %} {{ name|sentence }}: {{ found }}.{% endfor %}</p>{% endif %}
</div>
</section>
"""

ORDER = """\
<section>
<h2>The plays in order</h2>
{% if ranking.judged|length > 1 %}
<p class="quiet">All accounts so far. Looked at together, the highest figure is partly luck: what to expect next time is drawn towards the plays' mean of {{ ranking.mean|points }} points. Named a change: of all so named, at most one in ten is none (Benjamini and Hochberg); their intervals are wider for having been picked.</p>
<div class="wide"><table>
<thead><tr><th scope="col">Play</th><th scope="col">Modules</th><th scope="col" class="n">To expect</th><th scope="col" class="n">Seen</th><th scope="col" class="n">Interval</th><th scope="col" class="n">p</th><th scope="col">A change?</th></tr></thead>
<tbody>{% for k in ranking.judged|reverse %}<tr><th scope="row">{{ k.name|name }}</th><td>{{ modules[k.name]|join(", ") }}</td><td class="n">{{ k.value|points }}</td><td class="n"><a href="#play-{{ places[k.name] }}">{{ k.seen|points }}</a></td><td class="n">{{ k.low|points }} to {{ k.high|points }}</td><td class="n">{{ "under 0.001" if k.p < 0.001 else "%.3f"|format(k.p) }}</td><td>{{ "yes" if k.claimed else "not shown" }}</td></tr>{% endfor %}</tbody>
</table></div>
{% else %}
<p><b>Not enough evidence:</b> {{ "only " ~ ranking.judged[0].name|name|lower ~ " has" if ranking.judged else "no play has" }} a figure over all accounts so far, so no play is put before another.</p>
{% endif %}
{% if ranking.judged and ranking.refused %}<p class="quiet">Not in the order, for want of evidence: {{ ranking.refused|map("name")|join(", ") }}.</p>{% endif %}
</section>
"""
