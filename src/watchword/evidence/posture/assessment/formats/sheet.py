"""The report's style sheet. Colour never carries meaning alone; contrasts are WCAG AA in both schemes."""

from typing import Final

SHEET: Final = """
:root{color-scheme:light dark;--ground:#f5f7f6;--card:#fff;--sunken:#eef2f1;--ink:#16211f;--soft:#52605d;
--line:#dbe2e0;
--accent:#0f766e;--wash:#e3f2f0;--critical:#8f1239;--high:#a8321f;--medium:#7a5300;--low:#43545f;--on:#fff;
--t:#a8321f;--i:#a87400;--a:#2f7d4f;--o:#0f766e;--n:#8b9794;--edge:#7d8b88;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--ground:#0f1615;--card:#172120;--sunken:#111a19;--ink:#e6eeec;
--soft:#a0b0ac;
--line:#2a3735;--accent:#4fd1c0;--wash:#14302d;--critical:#ff9db5;--high:#ff9d8a;--medium:#f0c66a;--low:#b4c3cc;
--on:#10201d;
--t:#ff9d8a;--i:#f0c66a;--a:#7fd9a0;--o:#4fd1c0;--n:#7d8b88;--edge:#8fa09c}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:3.5rem}
body{margin:0;background:var(--ground);color:var(--ink);
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:break-word}
header{background:var(--card);border-bottom:1px solid var(--line)}
header div,main{max-width:1120px;margin:0 auto;padding:0 1.25rem}
header div{padding-top:1.75rem;padding-bottom:1.25rem}
header p{margin:.35rem 0;color:var(--soft)}
.kicker{color:var(--accent);font-weight:650;margin:0}
h1{font-size:1.7rem;letter-spacing:-.01em;margin:.1rem 0;overflow-wrap:anywhere;line-height:1.25}
h2{font-size:1.2rem;margin:0 0 .5rem;line-height:1.3}
h3{font-size:1.02rem;margin:0;line-height:1.3}
p{margin:.4rem 0}
small,.soft{color:var(--soft)}
small{font-size:.85em;font-weight:400}
code{font-family:var(--mono);font-size:.88em;overflow-wrap:anywhere}
code.place{color:var(--accent)}
a{color:var(--accent)}
nav{position:sticky;top:0;z-index:1;display:flex;gap:1.1rem;overflow-x:auto;background:var(--card);
border-bottom:1px solid var(--line);padding:.55rem max(1.25rem,calc((100% - 1080px)/2))}
nav a{white-space:nowrap;text-decoration:none;font-weight:550}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
section{margin:1.25rem 0;background:var(--card);border:1px solid var(--line);border-radius:12px;
padding:1.1rem 1.25rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(175px,1fr));gap:.75rem;background:none;border:0;
padding:0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.85rem 1rem;display:flex;
flex-direction:column}
.tile b{font-size:1.8rem;line-height:1.15;font-weight:680}
.tile b small{font-size:1rem}
.tile span{font-weight:600}
ol,ul{margin:.4rem 0;padding-left:1.4rem}
ol.first{list-style-position:outside}
ol.first li,.phase li{margin:.65rem 0;overflow-wrap:anywhere}
.first p,.phase li p{margin:.1rem 0}
.badge,.stage,.effort,.standing{display:inline-block;border-radius:99px;padding:0 .55rem;font-size:.8rem;
font-weight:650;line-height:1.5;border:1.5px solid currentColor;white-space:nowrap}
.badge.critical{background:var(--critical);border-color:var(--critical);color:var(--on)}
.badge.high{background:var(--high);border-color:var(--high);color:var(--on)}
.badge.medium{color:var(--medium)}
.badge.low{color:var(--low)}
.effort{color:var(--soft);border-width:1px;font-weight:500}
span.s-traditional{color:var(--t)}span.s-initial{color:var(--i)}span.s-advanced{color:var(--a)}
span.s-optimal{color:var(--o)}span.s-none{color:var(--soft);border-style:dashed}
@media (prefers-color-scheme:light){span.s-initial{color:#7a5300}}
.pillars{display:grid;grid-template-columns:repeat(auto-fit,minmax(290px,1fr));gap:1rem;margin:1rem 0}
figure{margin:0;border:1px solid var(--line);border-radius:10px;padding:.75rem .9rem}
figcaption{margin-bottom:.5rem}
figcaption small{display:block}
svg{display:block}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--ink)}
.chart{max-width:100%;height:auto}
.chart .axis{fill:var(--soft);font-size:11px}
.chart .letter{font-size:11px;font-weight:650}
.chart .rule{stroke:var(--line)}
.chart .base{stroke:var(--soft)}
rect.s-traditional{fill:var(--t)}rect.s-initial{fill:var(--i)}rect.s-advanced{fill:var(--a)}
rect.s-optimal{fill:var(--o)}
rect.none{fill:none;stroke:var(--n);stroke-dasharray:3 2}
.graph{max-width:100%;height:auto}
.graph.wide{max-width:none}
.graph .strong{font-weight:650}
.graph .soft{fill:var(--soft);font-size:11px}
.graph .node{fill:var(--sunken);stroke:var(--line);stroke-width:1.5}
.graph .critical{fill:var(--sunken);stroke:var(--critical);stroke-width:2.5}
.graph .internet{fill:var(--wash);stroke:var(--accent);stroke-width:2}
.graph .edge{fill:none;stroke:var(--edge);stroke-width:1.6}
.graph .open{stroke:var(--high);stroke-width:2.4}
.graph .head{fill:var(--edge)}
.graph .head.open{fill:var(--high);stroke:none}
.graph .pill{fill:var(--card);stroke:var(--line)}
.graph .port{font-family:var(--mono);font-size:11px}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .7rem .45rem 0;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--soft);font-weight:600;font-size:.85rem}
tbody th{font-weight:600;width:30%;min-width:11rem}
td ul{margin:0;padding-left:1.1rem}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;padding-right:1.2rem}
.phone{display:none}
.finding+.finding{margin-top:.6rem}
.finding p{margin:.1rem 0}
.phase+.phase{border-top:1px solid var(--line);margin-top:1rem;padding-top:1rem}
details{margin:.6rem 0}
summary{cursor:pointer;font-weight:600}
.framework summary{font-weight:400}
.framework .row{display:inline-grid;grid-template-columns:17rem 180px 1fr;gap:1rem;align-items:center;
width:calc(100% - 1.5rem);vertical-align:middle}
.framework .bar{width:180px;height:10px;border-radius:5px;background:var(--sunken)}
rect.f-failing{fill:var(--t)}rect.f-unknown{fill:var(--i)}rect.f-passing{fill:var(--a)}
rect.f-not-assessed{fill:var(--line)}
span.f-failing{color:var(--t)}span.f-unknown{color:var(--medium)}span.f-passing{color:var(--a)}
span.f-not-assessed{color:var(--soft);border-style:dashed}
@media (max-width:640px){body{font-size:14.5px}section{padding:.9rem .9rem}header div,main{padding-left:.8rem;
padding-right:.8rem}
.tiles{grid-template-columns:1fr 1fr;padding:0}.tile b{font-size:1.45rem}.graph{max-width:none}
.pillars{grid-template-columns:1fr}
table.stack,table.stack tbody,table.stack tr,table.stack td,table.stack tbody th{display:block;border:0;
padding:.1rem 0}
table.stack tbody th{width:auto;min-width:0}
table.stack thead{display:none}table.stack tr{border-top:1px solid var(--line);padding:.5rem 0}
table.stack td.number{text-align:left}.phone{display:inline}
table.functions td{display:inline-block;margin-right:.6rem}table.functions td:nth-child(3):before{content:"target "}
table.functions td:nth-child(4):before{content:"coverage "}table.functions td:last-child{display:block}
.framework .row{grid-template-columns:1fr;gap:.2rem}}
@media print{:root{--ground:#fff;--card:#fff;--sunken:#f4f6f5;--ink:#16211f;--soft:#44504d;--line:#cfd8d5;
--accent:#0b5c56;--wash:#e3f2f0;
--critical:#8f1239;--high:#a8321f;--medium:#7a5300;--low:#43545f;--on:#fff;--t:#a8321f;--i:#a87400;--a:#2f7d4f;
--o:#0f766e;--n:#8b9794;--edge:#5d6b68}
@page{margin:14mm 12mm}
html{color-scheme:light;-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{font-size:10pt}nav{display:none}header{border:0}header div,main{max-width:none;padding:0}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:.8rem 0;margin:0}
.tiles{border-top:0;grid-template-columns:repeat(5,1fr)}.tile{padding:.5rem .6rem}.tile b{font-size:1.3rem}
.pillars{grid-template-columns:repeat(3,1fr)}
figure,tr,li,.finding,.tile{break-inside:avoid}h2,h3{break-after:avoid}
.scroll{overflow:visible}.graph,.graph.wide{max-width:100%}
details::details-content{content-visibility:visible;block-size:auto}
summary{list-style:none}}
"""
