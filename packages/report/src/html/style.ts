/** How reports look: the system's fonts, light or dark as the reader has it, one column on a phone and two elsewhere. */
export const style = `
:root { color-scheme: light dark; --text: #1b1e23; --faint: #5b6270; --line: #d9dde3; --page: #fff; --raised: #f6f7f9; --accent: #2f55b8; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --faint: #a3aab5; --line: #3a3f47; --page: #16181c; --raised: #1f2227; --accent: #8fb0ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main, header, nav { max-width: 1080px; margin: 0 auto; padding: 0 16px; }
header { padding-top: 32px; }
h1 { margin: 0; font-size: 28px; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 40px 0 8px; padding-bottom: 4px; border-bottom: 1px solid var(--line); font-size: 20px; }
p { margin: 8px 0; max-width: 72ch; overflow-wrap: anywhere; }
.lead, figcaption span, caption { color: var(--faint); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 16px 0 0; padding: 0; list-style: none; }
a { color: var(--accent); }
.charts { columns: 2 440px; column-gap: 16px; margin: 16px 0 0; }
figure { break-inside: avoid; margin: 0 0 16px; padding: 12px; border: 1px solid var(--line); border-radius: 8px; min-width: 0; }
figcaption { font-size: 14px; }
figcaption b { display: block; font-size: 15px; overflow-wrap: anywhere; }
.picture { overflow-x: auto; }
.picture svg { display: block; width: 100%; min-width: 320px; max-width: 600px; height: auto; margin: 8px auto 0; }
.scroll { overflow-x: auto; margin: 16px 0; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: 4px; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; white-space: nowrap; }
th:first-child, .text { text-align: left; }
td.text, tbody th { white-space: normal; overflow-wrap: anywhere; }
thead th { color: var(--faint); font-weight: 600; }
td.text { min-width: 12ch; }
tbody th { min-width: 8ch; max-width: 36ch; font-weight: 500; }
details { margin: 16px 0; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; }
summary { cursor: pointer; font-weight: 600; }
pre { margin: 8px 0 0; overflow: auto; max-height: 60vh; font: 13px/1.45 ui-monospace, monospace; }
fieldset { min-width: 0; display: flex; flex-wrap: wrap; align-items: flex-start; gap: 6px; margin: 16px 0; padding: 0; border: 0; }
fieldset legend { padding: 0; margin-bottom: 6px; color: var(--faint); font-size: 14px; }
fieldset input { position: absolute; opacity: 0; }
fieldset label { padding: 2px 10px; border: 1px solid var(--line); border-radius: 14px; background: var(--raised); font-size: 14px; cursor: pointer; overflow-wrap: anywhere; }
fieldset input:checked + label { background: var(--accent); border-color: var(--accent); color: var(--page); }
fieldset input:focus-visible + label { outline: 2px solid var(--accent); outline-offset: 2px; }
fieldset figure { display: none; width: min(516px, 100%); margin: 8px max(0px, 100% - 516px) 0 0; order: 1; }
fieldset input:checked + label + figure { display: block; }
@media (max-width: 480px) { main, header, nav { padding: 0 8px; } header { padding-top: 16px; } figure { padding: 8px; } }
@media print {
  fieldset input, fieldset label { display: none; }
  fieldset figure { display: block; width: calc(50% - 3px); margin: 0; }
  .charts { columns: 2; }
  .picture svg { min-width: 0; }
  .scroll { overflow: visible; }
  details::details-content { content-visibility: visible; height: auto; }
  pre { max-height: none; white-space: pre-wrap; overflow-wrap: anywhere; }
}
`;
