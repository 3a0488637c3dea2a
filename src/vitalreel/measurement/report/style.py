"""How the report looks on a desk, on a phone and on A4: one sheet of styles for one document."""

from __future__ import annotations

STYLE = """
:root{--ink:#14162b;--soft:#4a4e68;--quiet:#666b84;--accent:#4038d6;--rule:#d5d8e3;--warn:#8f4600}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:#fff;
  font:400 16px/1.5 Inter,"Noto Sans","Noto Sans Arabic","Noto Sans Hebrew",sans-serif}
h1,h2,h3,p,dl,dd,ul,figure,table{margin:0;padding:0}
h1,h2,.headline{font-family:Newsreader,Georgia,serif;font-weight:500;letter-spacing:-.012em}
h1{font-size:2.5em;line-height:1.1}
h2{font-size:1.55em;line-height:1.2}
h3{font-size:1em;font-weight:600;line-height:1.4}
svg{display:block;width:100%;max-width:520px;height:auto}
.quiet{color:var(--soft)}
.vendor{font-weight:600;color:var(--accent)}
.headline{text-wrap:balance;font-size:1.75em;line-height:1.28;border-left:4px solid var(--accent);padding-left:.7em}
.headline+p{color:var(--soft);padding-left:calc(1.225em + 4px)}
.figures{display:flex;flex-wrap:wrap;border-top:1px solid var(--rule);border-bottom:1px solid var(--rule)}
.figures div{flex:1 1 6.6em;padding:.7em 1em .7em 0}
.figures dt{color:var(--soft);font-size:.85em}
.figures dd{font-size:1.6em;font-weight:600;line-height:1.25;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;font-size:.9em;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding-bottom:.4em}
th,td{text-align:left;font-weight:400;padding:.42em .9em .42em 0;border-bottom:1px solid var(--rule);vertical-align:top}
thead th{color:var(--soft);font-size:.92em;border-bottom:1px solid var(--quiet);vertical-align:bottom}
tbody th{font-weight:600}
td.n,th.n{text-align:right;white-space:nowrap}
td:last-child,th:last-child{padding-right:0}
.nw{white-space:nowrap}
table.half{width:24em;max-width:100%}
.wide{overflow-x:auto}
section{margin-top:2.6em}
section>*+*,.answer>*+*{margin-top:.8em}
.answer{border-top:1px solid var(--rule);padding-top:.8em}
.answer h3{display:flex;justify-content:space-between;gap:1em}
.grade{font-weight:500;white-space:nowrap;color:var(--soft);text-align:right}
.grade.no{color:var(--warn)}
.value{font-size:1.6em;font-weight:600;line-height:1.3}
a{color:inherit;text-decoration:underline;text-decoration-color:var(--quiet);text-decoration-thickness:1px;text-underline-offset:.2em}
.figures.money dd{font-size:1.15em}
.behind .wide{margin-top:1.6em}
.figures+.answer{border-top:0;padding-top:.2em}
.behind table{font-size:.75em}
.behind th,.behind td{padding-right:.7em}
.behind td,.behind tbody th{white-space:nowrap}
.behind td.ids{white-space:normal;min-width:24em}
.paper{display:none}
ul{padding-left:1.15em}
li+li{margin-top:.35em}
.foot{margin-top:2.6em;border-top:1px solid var(--rule);padding-top:.8em;font-size:.85em;color:var(--soft)}
@media screen{
  body{background:#f3f4f8}
  main{background:#fff;max-width:820px;margin:32px auto;padding:56px 72px 64px;border:1px solid var(--rule);border-radius:6px}
  header>*+*{margin-top:.8em}
  header .headline{margin-top:1em}
}
@media screen and (max-width:700px){
  body{background:#fff;font-size:15px}
  main{margin:0;padding:24px 18px 40px;border:0}
  h1{font-size:2em}
  .headline{font-size:1.4em}
  .wide table:not(.half){min-width:560px}
  .figures div{flex-basis:45%}
}
@media print{
  @page{
    size:A4;margin:25mm 22mm 24mm;
    @top-left{content:string(vendor) " · What the programme changed · " string(period);
      font:400 8.5pt Inter;color:#4a4e68;vertical-align:bottom;padding-bottom:6mm}
    @bottom-left{content:string(standing);font:400 8.5pt Inter;color:#4a4e68;vertical-align:top;padding-top:6mm}
    @bottom-right{content:"Page " counter(page) " of " counter(pages);font:400 8.5pt Inter;color:#4a4e68;vertical-align:top;padding-top:6mm}
  }
  @page:first{@top-left{content:none}}
  .behind,.screen{display:none}
  .paper{display:inline}
  a{text-decoration:none}
  body{font-size:10pt}
  .vendor{string-set:vendor content(text)}
  .period{string-set:period content(text)}
  .standing{string-set:standing content(text)}
  header>*+*{margin-top:9pt}
  header .headline{margin-top:20pt}
  section{margin-top:20pt}
  h2,h3,caption,.asked{break-after:avoid}
  tr,figure,.keep,.figures,.headline{break-inside:avoid}
  thead{display:table-header-group}
  p,li{orphans:3;widows:3}
  svg{max-width:128mm}
  .part{margin-top:14pt;font-size:9pt}
  .part table{font-size:8.5pt}
  .part th,.part td{padding-top:.22em;padding-bottom:.22em}
  .part .quiet{font-size:8pt}
  .part svg{max-width:104mm}
}
"""
