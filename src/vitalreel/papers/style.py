"""How a document looks on a desk, on a phone and on A4: one sheet of styles, with the brand's colours in front of it."""

from __future__ import annotations

from vitalreel.video.kit import Theme


def colours(theme: Theme) -> str:
    """The brand's colours as the names the styles use."""
    named = {
        "ink": theme.ink, "soft": theme.ink2, "quiet": theme.ink3, "accent": theme.accent, "rule": theme.grey2, "pale": theme.bg0,
        "ground": theme.bg1, "card": theme.card, "warn": theme.warn,
    }  # fmt: skip
    return f":root{{{';'.join(f'--{k}:{v}' for k, v in named.items())}}}"


STYLE = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:var(--card);
  font:400 16px/1.55 Inter,"Noto Sans","Noto Sans Arabic","Noto Sans Hebrew","Noto Sans JP","Noto Sans SC","Noto Sans KR",sans-serif}
h1,h2,h3,p,dl,dd,ul,ol,figure,table{margin:0;padding:0}
h1,h2{font-family:Newsreader,Georgia,serif;font-weight:500;letter-spacing:-.012em;text-wrap:balance}
h1{font-size:2.9em;line-height:1.08}
h2{font-size:1.6em;line-height:1.2}
.under{color:var(--soft);font-size:1.08em}
.vendor{display:flex;align-items:center;gap:.55em;font-weight:600;color:var(--accent)}
.vendor svg{width:26px;height:26px}
header{border-bottom:3px solid var(--accent);padding-bottom:1.7em}
header>*+*{margin-top:.7em}
header h1{margin-top:.75em}
section{margin-top:2.5em}
section>*+*{margin-top:.85em}
section>h2{border-top:1px solid var(--rule);padding-top:.7em}
header+section>h2{border-top:0;padding-top:0}
p{max-width:68ch}
.tiles{display:flex;flex-wrap:wrap;gap:12px}
.tiles>div{flex:1 1 150px;background:var(--pale);border-radius:8px;padding:14px 16px 13px;border-left:3px solid var(--rule)}
.tiles>div.accent{border-left-color:var(--accent)}
.tiles dt{color:var(--soft);font-size:.85em}
.tiles dd{font-size:1.75em;font-weight:600;line-height:1.25;font-variant-numeric:tabular-nums}
.tiles .c{color:var(--soft);font-size:.5em;font-weight:400;line-height:1.4}
a{color:inherit;text-decoration:none}
a.f{border-bottom:1px solid var(--rule)}
.tiles a.f,td a.f,th a.f{border-bottom:0}
.mail{color:var(--accent)}
svg{display:block;max-width:100%;height:auto}
figure .n{display:none}
.source{font-size:.8em;color:var(--quiet)}
table{border-collapse:collapse;width:100%;font-size:.92em;font-variant-numeric:tabular-nums}
th,td{text-align:left;font-weight:400;padding:.45em 1em .45em 0;border-bottom:1px solid var(--rule);vertical-align:top}
thead th{color:var(--soft);font-size:.9em;border-bottom:1px solid var(--quiet);vertical-align:bottom}
tbody th{font-weight:500}
td:last-child,th:last-child{padding-right:0}
.nw{white-space:nowrap}
.figures table{font-size:.78em}
.figures td{color:var(--soft)}
.figures th{font-weight:600}
.rows{color:var(--quiet);overflow-wrap:anywhere}
.inside{display:inline-block;background:var(--warn);color:var(--card);border-radius:4px;padding:1px 8px;font-size:.8em;font-weight:600}
.foot{margin-top:2.5em;border-top:1px solid var(--rule);padding-top:.8em;font-size:.8em;color:var(--quiet)}
@media screen{
  body{background:var(--ground)}
  main{background:var(--card);max-width:808px;margin:32px auto;padding:56px 72px 60px;border-radius:10px;border:1px solid var(--rule)}
  a.f:hover,tr:target>*{background:var(--ground)}
}
@media screen and (max-width:700px){
  body{background:var(--card);font-size:15px}
  main{margin:0;padding:22px 18px 36px;border:0;border-radius:0}
  h1{font-size:2.2em}
  figure .w{display:none}
  figure .n{display:block}
  figure .n svg{width:100%}
  .tiles>div{flex-basis:100%}
  .table{overflow-x:auto}
  .figures table,.figures tbody,.figures tr,.figures td,.figures th{display:block;border:0;padding:0}
  .figures thead{display:none}
  .figures tr{border-bottom:1px solid var(--rule);padding:.55em 0}
}
@media print{
  @page{
    size:A4;margin:24mm 20mm 22mm;
    @top-left{content:string(vendor) " · " string(about);font:400 8.5pt Inter;color:#646982;vertical-align:bottom;padding-bottom:6mm}
    @bottom-left{content:string(standing);font:400 8.5pt Inter;color:#646982;vertical-align:top;padding-top:6mm}
    @bottom-right{content:"Page " counter(page) " of " counter(pages);font:400 8.5pt Inter;color:#646982;vertical-align:top;padding-top:6mm}
  }
  @page:first{@top-left{content:none}}
  body{font-size:10pt}
  .vendor{display:block;string-set:vendor content(text)}
  .vendor svg{display:inline-block;vertical-align:-6px;margin-right:7px}
  h1{string-set:about content(text)}
  .under{string-set:standing content(text)}
  section{margin-top:20pt}
  h2{break-after:avoid}
  tr,figure,.tiles,.tiles>div,.source{break-inside:avoid}
  .source{break-before:avoid}
  thead{display:table-header-group}
  p{orphans:3;widows:3}
  a.f{border-bottom:0}
  .screen{display:none}
  .figures{break-before:page}
}
"""
