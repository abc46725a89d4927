import { declare, HORIZON_DARK, HORIZON_LIGHT, HORIZON_SHAPES } from './horizon-theme.js';

/** Style sheet of every page. It is inline, so that a page needs one request; the security policy contains its hash. */
export const HOMEPAGE_STYLE = compact(`
:root { color-scheme: light dark; ${declare(HORIZON_SHAPES)} ${declare(HORIZON_LIGHT)} }
@media screen and (prefers-color-scheme: dark) { :root { ${declare(HORIZON_DARK)} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--sapBackgroundColor); color: var(--sapTextColor);
  font: 0.9375rem/1.45 var(--sapFontFamily); }
main { max-width: 76rem; margin: 0 auto; padding: .9rem 1rem 3rem; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0 1.5rem; }
nav { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
h1 { font-size: 1.5rem; margin: 0; color: var(--sapTitleColor); }
h2 { font-size: 1.05rem; margin: 1rem 0 .4rem; color: var(--sapTitleColor); }
p { margin: .25rem 0 .75rem; }
a { color: var(--sapLinkColor); }
:focus-visible { outline: 2px solid var(--sapContent_FocusColor); outline-offset: 2px; }
code { font: .875rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.soft { color: var(--sapContent_LabelColor); }
.why { display: block; color: var(--sapContent_LabelColor); font-size: .8125rem; font-weight: 400; }
.verdict { border: 1px solid; border-left-width: .4rem; border-radius: var(--sapElement_BorderCornerRadius);
  padding: .6rem 1rem; margin: .75rem 0; font-weight: 700; }
.verdict > * { font-weight: 400; color: var(--sapTextColor); }
.verdict p { margin: .1rem 0 .3rem; }
.outcome { border: 1px solid var(--sapGroup_ContentBorderColor); border-left: .4rem solid var(--sapContent_FocusColor);
  border-radius: var(--sapElement_BorderCornerRadius); padding: .4rem 1rem; margin: .75rem 0; }
.outcome p { margin: 0; }
.good { border-color: var(--sapSuccessBorderColor); background: var(--sapSuccessBackground);
  color: var(--sapPositiveTextColor); }
.bad { border-color: var(--sapErrorBorderColor); background: var(--sapErrorBackground);
  color: var(--sapNegativeTextColor); }
.thumbprints { margin: 0; }
.thumbprints div { display: flex; flex-wrap: wrap; gap: 0 .5rem; }
.thumbprints dt { width: 18rem; }
.thumbprints dd { margin: 0; }
.thumbprints code { letter-spacing: .06em; }
.same { text-decoration: underline 2px var(--sapSuccessBorderColor); text-underline-offset: .25em; }
.different { text-decoration: underline wavy var(--sapErrorBorderColor); text-underline-offset: .2em; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 1.25rem; }
.facts { font-size: .875rem; } .facts h2 { margin-top: .5rem; } .facts code { font-size: .8125rem; }
.card { background: var(--sapGroup_ContentBackground); border: 1px solid var(--sapGroup_ContentBorderColor);
  border-radius: var(--sapElement_BorderCornerRadius); overflow: hidden; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem; border-top: 1px solid var(--sapList_BorderColor); }
tr:first-child > * { border-top: 0; }
th { width: 11rem; font-weight: 700; }
@media (min-width: 40rem) {
  .facts th, .facts td { display: block; width: auto; padding: .25rem .75rem 0; } .facts td { border-top: 0; padding: 0 .75rem .25rem; }
  .facts .why { display: inline; margin-left: .4rem; }
}
ol { padding-left: 1.3rem; margin: .25rem 0; }
li { margin: .3rem 0; }
.flow { display: block; width: 100%; max-width: 62rem; height: auto; margin: 0 auto; fill: var(--sapTextColor); }
.flow text { font: 15px var(--sapFontFamily); text-anchor: middle; }
.flow .note { font-size: 13.5px; fill: var(--sapContent_LabelColor); }
.flow rect { fill: var(--sapGroup_ContentBackground); stroke: var(--sapGroup_ContentBorderColor); }
.flow .arrow { stroke: var(--sapTextColor); fill: none; }
.steps, .only-read-aloud { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.lock { width: 1em; height: 1.2em; vertical-align: -.2em; fill: none; stroke: CurrentColor; stroke-width: 1.6; }
.lab { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 .75rem; }
button { font: inherit; color: var(--sapButton_TextColor); background: var(--sapButton_Background); cursor: pointer;
  border: 1px solid var(--sapButton_BorderColor); border-radius: var(--sapButton_BorderCornerRadius); padding: .3rem .75rem; }
button:hover { background: var(--sapButton_Hover_Background); }
.copy { margin-left: .5rem; padding: 0 .5rem; font-size: .8125rem; }
meter { width: 8rem; vertical-align: middle; }
@media (max-width: 40rem) {
  th, td { display: block; width: auto; } td { border-top: 0; padding-top: 0; }
  .flow { display: none; }
  .steps { position: static; width: auto; height: auto; clip-path: none; }
}
@media (forced-colors: active) {
  .flow rect, .flow .arrow { stroke: CanvasText; } .flow, .flow .note { fill: CanvasText; } .flow rect { fill: Canvas; }
}
@media print {
  :root { color-scheme: light; }
  body { background: none; } main { max-width: none; padding: 0; }
  nav, .lab, .lab-section, .copy { display: none; }
  .card, .verdict { break-inside: avoid; }
}
`);

/** Removes white space that means nothing: every page contains the style sheet. */
function compact(css: string): string {
  return css
    .replaceAll(/\s*([{};,])\s*/g, '$1')
    .replaceAll(/:\s+/g, ':')
    .trim();
}
