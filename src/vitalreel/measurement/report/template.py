"""The words of the report's document, with places for what a quarter brings."""

# ruff: noqa: E501 (sentences of a document are easier to read whole)
from __future__ import annotations

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>What the programme changed, {{ quarter }}: {{ r.vendor }}</title>
<meta name="author" content="{{ r.vendor }}">
<meta name="description" content="{{ r.headline }}">
<meta name="generator" content="Vitalreel">
<meta name="dcterms.created" content="{{ made }}">
<meta name="dcterms.modified" content="{{ made }}">
<style>{{ faces }}{{ style }}</style>
</head>
<body>
<main>
<header>
<p class="vendor">{{ r.vendor }}</p>
<h1>What the programme changed</h1>
<p class="quiet"><b class="period">{{ quarter.words }}</b>, {{ quarter.start|day }} to {{ last|day }}. <span class="standing">As known at the end of {{ r.day|day }}</span>.
{%- if not r.period.over %} The quarter is not over: {{ gone }} of its {{ length }} days are in this report.{% endif %}</p>
<p class="headline">{{ r.headline }}</p>
<p>{{ under }}</p>
</header>

<section>
<h2>What was done</h2>
<dl class="figures">
{% for name, value in totals %}<div><dt>{{ name }}</dt><dd><a href="#behind">{{ value }}</a></dd></div>{% endfor %}
</dl>
{% if by_week %}<figure>{{ by_week }}</figure>{% else %}<p>Nothing happened in this quarter: no play opened, and no film was sent or watched.</p>{% endif %}
{% if r.findings %}
<div class="wide"><table>
<caption>By play</caption>
<thead><tr><th scope="col">Play</th><th scope="col" class="n">Episodes</th><th scope="col" class="n">Accounts served</th><th scope="col" class="n">Held out</th><th scope="col" class="n">Films sent</th><th scope="col" class="n">Watched</th><th scope="col" class="n">Change, points</th></tr></thead>
<tbody>{% for f in r.findings %}<tr><th scope="row">{{ f.play|name }}</th>{% set at = loop.index %}{% for value in (f.opened, f.served, f.held_out, f.films, f.watched, f.answer|short) %}<td class="n"><a href="#play-{{ at }}">{{ value }}</a></td>{% endfor %}</tr>{% endfor %}</tbody>
</table></div>
<p class="quiet">A film counts as watched where a person played it in the quarter, whenever it was sent; our own people's plays and mail scanners do not count. An account of two plays is in both rows.</p>
{% endif %}
{% if r.silences %}
<div class="wide keep"><table class="half">
<caption>What was not sent, and why</caption>
<thead><tr><th scope="col">Reason</th><th scope="col" class="n">Accounts</th></tr></thead>
<tbody>{% for s in r.silences %}<tr><td>{{ s.reason|sentence }}</td><td class="n">{% if s.behind %}<a href="#silence-{{ loop.index }}">{{ s.accounts }}</a>{% else %}{{ s.accounts }}{% endif %}</td></tr>{% endfor %}</tbody>
</table></div>
{% endif %}
</section>

{{ revenue }}
{{ order }}

{% for f in r.findings %}{% if f.opened_so_far %}
<section>
<h2>{{ f.play|name }}</h2>
<p class="quiet asked">Asked: {{ f.answer.question }}.</p>
{{ answer("Accounts of this quarter" ~ (", which are all so far" if f.first else ""), f.answer, f.opened) }}
{% if f.answer.kind == "estimate" or f.so_far.kind == "estimate" %}<figure class="keep">{{ drawn(f) }}</figure>{% endif %}
{% if not f.first %}{{ answer("All accounts so far", f.so_far, f.opened_so_far) }}{% endif %}
{% if f.rebound %}{{ rebound(f) }}{% endif %}
{% if f.behind %}<p class="quiet screen"><a href="#play-{{ loop.index }}">The accounts and events behind these figures</a></p>{% endif %}
</section>
{% endif %}{% endfor %}
{% for reason, plays in r.findings|rejectattr("opened_so_far")|groupby("answer.reason") %}
<section class="keep">
<h2>Plays without an opening</h2>
<p><b>Not enough evidence:</b> {{ reason }}. What would help: {{ plays[0].answer.would_help }}.</p>
<ul>{% for f in plays %}<li><b>{{ f.play|name }}.</b> Asked: {{ f.answer.question }}.</li>{% endfor %}</ul>
</section>
{% endfor %}

{% for p in r.parts %}{{ part(p) }}{% endfor %}

{% if r.plans %}
<section class="keep" id="plans">
<h2>What was fixed beforehand</h2>
<p class="quiet">An analysis plan says what is compared, by which outcome, window, arms, estimator, limits and looks. It is kept with its hash by the first decision made with it, before anything is made for anybody. A figure by a plan that came later, or was changed, is exploratory: grade C, and never in the headline.</p>
<div class="wide"><table>
<thead><tr><th scope="col">Of</th><th scope="col">Plan</th><th scope="col">Fixed</th><th scope="col">First exposed</th><th scope="col">Then</th></tr></thead>
<tbody>{% for s in r.plans %}<tr><th scope="row">{{ s.plan.play|planned }}</th><td><a href="#plan-{{ loop.index }}">{{ s.plan.hash[:12] }}</a></td><td class="nw">{{ s.fixed|day if s.fixed else "not yet" }}</td><td class="nw">{{ s.exposed|day if s.exposed else "nobody yet" }}</td><td>{{ ("confirmatory" if s.exposed else "") if s.kept else "exploratory" }}</td></tr>{% endfor %}</tbody>
</table></div>
</section>
{% endif %}
<section>
<h2>How to read this</h2>
<ul>
<li>Which accounts a play serves and which it holds out is drawn by chance on the day the play opens for them, before anything is made. They are compared by that draw, whoever was reached and whoever watched.</li>
<li>An account belongs to the quarter in which the play opened for it, and counts once: with its first opening. It counts when its whole window is behind it, even where the window reaches into the next quarter; until then it waits.</li>
<li>A figure is shown with its 95% interval only. It needs {{ floors.per_arm }} accounts in each arm and {{ floors.outcomes }} outcomes; below that this report refuses, says what would help, and names the earliest day, reckoned at the pace so far.</li>
<li>Grade A: drawn by chance, and the checks passed. R: refused. The headline takes grade A only. Each interval is right 19 times in 20; who reads many of them will now and then see a change that is none. Of the same play read quarter after quarter the intervals are wider, so that all looks together err in 1 of 20.</li>
</ul>
</section>
<section class="keep">
<h2>What this report does not say</h2>
<ul>
<li>What a part calls a figure is a count, a share or a median of what happened; only what is compared by the draw is an effect.</li>
<li>It ascribes no revenue to films that were sent or watched. What the programme added to revenue is told only by the accounts held out from all of it, each counted once, whatever plays it had.</li>
<li>It does not compare those who watched with those who did not. Whoever watches differs from whoever does not.</li>
<li>It shows no before and after as an effect: accounts at their lowest recover by themselves. How much of that was to be expected stands beside it.</li>
</ul>
</section>
{{ behind }}
<p class="foot">Made {{ written }} by Vitalreel from the episodes, deliveries, views and signals of this workspace. report.json beside this file holds the same figures for machines, with the accounts and events behind each<span class="paper">; report.html opens them</span>.</p>
</main>
</body>
</html>
"""
ANSWER = """\
<div class="answer keep">
<h3><span>{{ about }}</span>{% if refused %}<span class="grade no">R: refused</span>{% else %}<span class="grade">Grade {{ a.grade }}{{ ": consistent with an effect" if a.grade == "B" else ": " ~ lesser if a.grade == "C" }}</span>{% endif %}</h3>
{% if refused %}
<p><b>Not enough evidence:</b> {{ a.reason }}.</p>
{% if short %}<figure>{{ short }}</figure>{% endif %}
<p>What would help: {{ a.would_help }}.{% if a.earliest %} <b class="nw">Earliest: {{ a.earliest|day }}.</b>{% endif %}</p>
{% else %}
<p class="value">{{ a.direction or "No direction" if lesser == "direction only" else told_in(a, a.value) ~ " " ~ a.unit }}</p>
<p>{{ "Not to be believed as a figure: " ~ told_in(a, a.value) ~ " " ~ a.unit ~ ", " if lesser == "direction only" }}95% interval {{ told_in(a, a.low) }} to {{ told_in(a, a.high) }} {{ a.unit }}. {{ a.events[0] }} of {{ a.n[0] }} served accounts against {{ a.events[1] }} of {{ a.n[1] }} {{ "others" if a.grade == "B" else "held out" }}. {{ a.method|sentence }}.
{%- for name, found in a.checks.items() %} {{ name|sentence }}: {{ found }}.{% endfor %}</p>
{% endif %}
</div>
"""
PART = """\
<section class="part" id="part-{{ p.key }}">
<h2>{{ p.title }}</h2>
<p{% if p.enough %}>{{ p.says }}{% else %}><b>Not enough evidence:</b>{{ p.says[20:] }}{% endif %}</p>
{% if p.figures %}
<div class="wide"><table class="parts">
<thead><tr><th scope="col" class="n">No.</th><th scope="col">Figure</th><th scope="col" class="n">Value</th>{% if of %}<th scope="col">Of</th>{% endif %}{% if intervals %}<th scope="col">95% interval</th>{% endif %}</tr></thead>
<tbody>{% for f in p.figures %}<tr><td class="n">{{ loop.index }}</td><th scope="row">{{ f.name|sentence }}</th>{% if f.value is none %}<td class="n"><a href="#rows-{{ p.key }}">none</a></td><td colspan="2">Not enough evidence: {{ f.why_none }}</td>{% else %}<td class="n"><a href="#rows-{{ p.key }}">{{ f|shown }}</a></td>{% if of %}<td>{{ f.rests_on }}</td>{% endif %}{% if intervals %}<td class="nw">{% if f.low is not none or f.high is not none %}{{ f|limits }}{% endif %}</td>{% endif %}{% endif %}</tr>{% endfor %}</tbody>
</table></div>
{% if drawn %}<figure class="keep">{{ drawn }}</figure>{% endif %}
{% endif %}
{% if compared %}<figure class="keep">{{ compared }}</figure>{% endif %}
{% for about, a in answers %}{{ answer(about, a, 0) }}{% endfor %}
<p class="quiet">{{ p.method }}</p>
</section>
"""
REBOUND = """\
<div class="answer keep">
<h3><span>Before and after: no effect</span><span class="grade">Grade C</span></h3>
<p><a href="#rebound-{{ f.play }}">{{ "%s's mean"|format(b.metric) }}</a> moved {% for arm, (n, then, later) in b.arms.items() %}{{ " and " if not loop.first }}from {{ then|plain }} to {{ later|plain }} ({{ (later - then)|signed }}) in {{ n }} {{ arm|arm }} accounts{% endfor %} over their {{ f.window_days }} days.
{% if b.expected %}Of accounts that stood where the served did, {{ b.expected.value|signed }} ({{ b.expected.low|signed }} to {{ b.expected.high|signed }}) was to be expected without the play, by how all accounts moved before it first opened.
{%- else %} How much of it was to be expected is not known: {{ b.why_none }}.{% endif %}</p>
</div>
"""
