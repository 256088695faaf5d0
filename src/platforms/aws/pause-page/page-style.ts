/** The style of the pages; the only one, since the policy of a page names its hash. Contrast is above 4.5 in both schemes. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1b1f24; --back: #fff; --quiet: #4d5761; --line: #6b7680; --link: #0b57a8; --bad: #b3261e; --panel: #f3f5f7; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8eaed; --back: #16191d; --quiet: #b3bcc5; --line: #8a949e; --link: #8ab8f5; --bad: #ff9d94; --panel: #22272d; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.15rem; margin: 0 0 .5rem; }
a { color: var(--link); }
.quiet, .hint { color: var(--quiet); margin: .25rem 0; }
.text { white-space: pre-wrap; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0; }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); }
th { width: 30%; font-weight: 600; }
pre { margin: 0; padding: .5rem; max-height: 24rem; overflow: auto; background: var(--panel); font-size: .9rem; white-space: pre-wrap; }
.field { margin: 1.5rem 0; padding: 0; border: 0; min-width: 0; }
.field > label:not(.option), legend { display: block; font-weight: 600; padding: 0; }
.option { display: flex; align-items: center; gap: .6rem; padding: .4rem 0; min-height: 2.75rem; font-weight: 400; }
input[type="radio"] { width: 1.4rem; height: 1.4rem; margin: 0; }
input:not([type="radio"]), textarea, select { width: 100%; font: inherit; color: inherit; background: var(--back); border: 2px solid var(--line); border-radius: .25rem; padding: .5rem; }
textarea { min-height: 7rem; }
button { font: inherit; font-weight: 600; padding: .6rem 1.25rem; border: 2px solid transparent; border-radius: .25rem; background: var(--link); color: var(--back); cursor: pointer; }
:focus-visible { outline: 3px solid #e08a00; outline-offset: 2px; }
.error { color: var(--bad); font-weight: 600; margin: .25rem 0; }
.error::first-letter { text-transform: uppercase; }
.has-error { border-left: 4px solid var(--bad); padding-left: .75rem; }
.summary { border: 3px solid var(--bad); padding: 1rem; margin: 1.5rem 0; }
.summary ul { margin: 0; padding-left: 1.2rem; }
`;
