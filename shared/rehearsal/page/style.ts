/** For screens, light and dark, and for paper. Colours of text have a contrast of at least 4.5 to 1. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --dim: #57606a; --line: #d4d9df; --bar: #1c6fb8; --from: #c2500a; --to: #0067a5; --good: #17703a; --bad: #b3261e; --warn: #8a5300; --card: #f6f8fa; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171a; --ink: #e6e9ec; --dim: #a5adb6; --line: #363c43; --bar: #5aa9e6; --from: #f0a028; --to: #5cb8ee; --good: #5fcf85; --bad: #ff8a80; --warn: #f0b429; --card: #1d2125; } }
@media print { :root { color-scheme: light; --ground: #fff; --ink: #000; --dim: #444; --line: #bbb; --bar: #1c6fb8; --from: #c2500a; --to: #0067a5; --good: #17703a; --bad: #b3261e; --warn: #8a5300; --card: #fff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 17px; margin: 32px 0 8px; }
p { margin: 0 0 8px; }
.dim, caption, figcaption { color: var(--dim); }
.verdict { border: 2px solid; border-radius: 8px; padding: 12px 16px; margin: 20px 0; background: var(--card); }
.verdict.met { border-color: var(--good); } .verdict.missed { border-color: var(--bad); }
.verdict strong { font-size: 18px; } .verdict ul { list-style: none; margin: 8px 0 0; padding: 0; } .verdict li { display: grid; grid-template-columns: 6em 1fr; }
.mark { display: inline-block; min-width: 5.5em; font-weight: 600; }
.met .mark, li.met .mark, .ready .mark, td.done { color: var(--good); }
li.missed .mark, .blocks .mark, td.failed { color: var(--bad); }
li.unknown .mark, .mind .mark { color: var(--warn); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; overflow-wrap: break-word; } th[scope=row] { min-width: 9em; } .wide th[scope=row] { min-width: 5em; } td.value { width: 40%; } td.short, td.done, td.failed, thead th { white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; } .wide table { min-width: 620px; }
.timeline { width: 100%; height: auto; display: block; }
.timeline text { fill: var(--ink); font: 12px system-ui, sans-serif; } .timeline .took, .timeline .tick { fill: var(--dim); }
.timeline .end { text-anchor: end; } .bar { fill: var(--bar); } .bar.failed { fill: var(--bad); }
.riser, .axis { stroke: var(--line); fill: none; }
table.contents { margin-top: 16px; } .contents caption { text-align: left; font-weight: 600; color: var(--ink); } .contents th[scope=row] { font-weight: 400; }
.contents svg { display: block; width: 100%; max-width: 240px; height: 12px; } .contents .source { fill: var(--from); } .contents .target { fill: var(--to); } .pairs { table-layout: fixed; } .pairs th[scope=col] { width: 17%; } .pairs th[scope=col]:first-child { width: 34%; } .contents td.pair { padding-right: 0; }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
ul { padding-left: 20px; margin: 4px 0; }
footer { margin-top: 40px; border-top: 1px solid var(--line); padding-top: 8px; color: var(--dim); font-size: 13px; }
@page { margin: 15mm 14mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9px system-ui, sans-serif; color: #444; } }
@media print {
  body { font-size: 12px; } main { max-width: none; padding: 0; } h1 { font-size: 20px; } h2 { font-size: 14px; margin: 20px 0 6px; break-after: avoid; }
  .verdict strong { font-size: 15px; } code { font-size: 11px; } .wide { overflow: visible; } .wide table { min-width: 0; }
  thead { display: table-header-group; } tr, li, .verdict, .timeline { break-inside: avoid; } tr.long { break-inside: auto; } footer { margin-top: 24px; font-size: 10px; break-before: avoid; }
}
`;
