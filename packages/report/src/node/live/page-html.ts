import { escapeText } from "../../draw/serialize.ts";

/** The page; all else is in what it loads. */
export function pageHtml(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="uplot.css">
<link rel="stylesheet" href="page.css">
</head>
<body>
<h1>${escapeText(title)}</h1>
<p id="status" role="status">connecting …</p>
<ul id="runs"></ul>
<p id="hint" hidden>Every run has a colour; dashed curves are of its training, solid ones of its validation.</p>
<main id="charts"></main>
<noscript>Curves are drawn by a script, which this browser does not run.</noscript>
<script src="uplot.js"></script>
<script src="page.js"></script>
</body>
</html>
`;
}

/** How the page looks. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1b1e23; --faint: #5b6270; --line: #d9dde3; --page: #fff; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --faint: #a3aab5; --line: #3a3f47; --page: #16181c; } }
body { margin: 0 auto; padding: 24px 16px; max-width: 1080px; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; overflow-wrap: anywhere; }
#status { margin: 4px 0 16px; color: var(--faint); }
#hint { margin: 0 0 16px; color: var(--faint); font-size: 14px; }
#runs { margin: 0 0 16px; padding: 0; list-style: none; font-variant-numeric: tabular-nums; font-size: 14px; }
#runs li { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; }
#runs progress { width: 160px; }
#charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px; }
figure { margin: 0; padding: 12px; border: 1px solid var(--line); border-radius: 8px; min-width: 0; overflow: hidden; }
figcaption { display: flex; justify-content: space-between; font-weight: 600; font-size: 15px; }
figcaption label { font-weight: 400; font-size: 13px; color: var(--faint); }
.u-legend { font-size: 12px; }
`;
