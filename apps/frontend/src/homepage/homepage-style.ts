/** Style sheet of every page. It is inline, so that a page needs one request; the security policy contains its hash. */
export const HOMEPAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1d2d3e; --soft: #556b82; --line: #d9dfe5; --paper: #fff; --ground: #f5f6f7;
  --good: #256f3a; --good-ground: #ebf5ef; --bad: #aa0808; --bad-ground: #ffeaea; --mark: #0057d2; }
@media (prefers-color-scheme: dark) { :root { --ink: #eaecee; --soft: #a9b4be; --line: #3a4a5a; --paper: #1d232a;
  --ground: #12171c; --good: #97dd40; --good-ground: #14231a; --bad: #fa6161; --bad-ground: #2c1416; --mark: #4db1ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0 1rem; }
.lead, .why { color: var(--soft); }
.verdict { border-left: .4rem solid; border-radius: .4rem; padding: .8rem 1rem; margin: 1.5rem 0; font-weight: 600; }
.verdict p { margin: .2rem 0 0; font-weight: 400; color: var(--ink); }
.good { border-color: var(--good); background: var(--good-ground); color: var(--good); }
.bad { border-color: var(--bad); background: var(--bad-ground); color: var(--bad); }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .6rem 1rem; border-top: 1px solid var(--line); }
tr:first-child > * { border-top: 0; }
th { width: 11rem; font-weight: 600; }
.why { display: block; font-size: .85rem; font-weight: 400; }
code { font: .9rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
ol { padding-left: 1.3rem; margin: .5rem 0; }
li { margin: .4rem 0; }
.thumbprints { margin: .5rem 0 0; font-weight: 400; color: var(--ink); }
.thumbprints div { display: flex; flex-wrap: wrap; gap: 0 .5rem; }
.thumbprints dt { width: 6rem; }
.thumbprints dd { margin: 0; }
.flow { display: block; width: 100%; max-width: 45rem; height: auto; margin: 0 auto; fill: var(--ink); }
.flow text { font: 15px system-ui, sans-serif; text-anchor: middle; }
.flow .note { font-size: 13px; fill: var(--soft); }
.flow .boxes { fill: var(--paper); stroke: var(--line); }
.flow .arrow { stroke: var(--ink); fill: none; }
.lab { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1rem; }
button { font: inherit; color: var(--mark); background: var(--paper); border: 1px solid var(--mark); border-radius: .5rem;
  padding: .4rem .8rem; cursor: pointer; }
meter { width: 8rem; vertical-align: middle; }
a { color: var(--mark); }
@media (max-width: 40rem) { th, td { display: block; width: auto; } td { border-top: 0; padding-top: 0; } }
`;
