import { problems } from './problems.ts'

/** The reference page of problems, as Markdown: each under its code, in the order of the statuses. */
export function problemsPage(): string {
  const all = Object.entries(problems).toSorted(([, a], [, b]) => a.status - b.status)
  return [
    '# Problems',
    '',
    'When something is wrong, the API of the dashboard answers with problem details (RFC 9457, `application/problem+json`). `code` is stable, and `type` is `urn:serin:problem:` and the code; `detail` says what is wrong this time, where, and what to do; `effect` what it means for releases; `requestId` finds the request in the log of the dashboard, in the audit log of the API server, and in the RolloutCommand and events that came of it. The page shows the same.',
    '',
    '| Code | Status | Title |',
    '|---|---|---|',
    ...all.map(([code, { status, title }]) => `| [${code}](#${code.toLowerCase()}) | ${status} | ${title} |`),
    ...all.flatMap(([code, { title, effect, help }]) => ['', `## ${code}`, '', `**${title}.** ${help}`, '', effect]),
  ].join('\n')
}
