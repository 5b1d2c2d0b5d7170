import { presetNames } from '../../api/metric.ts'
import { presets } from './registry.ts'

/** The page about presets: what each measures and asks, what has to be scraped for it, and how it tells the versions apart. Markdown. */
export function presetsTable(): string {
  const overview = presetNames.map(
    (name) => `| [\`${name}\`](#${name}) | ${cell(presets[name].product)} | ${cell(presets[name].versions)} |`,
  )
  return `# Presets

A metric \`{name: web, preset: istio}\` of a template stands for two: \`web errors\`, the share of requests that failed, and \`web latency\`, the
distribution of durations. What the metric says besides (source, direction, tolerance, margin, gate, dryRun …) holds for both; \`atLeast\`, \`floor\` and
\`hardMax\` hold for the errors, and a \`weight\` is divided between them. The source has to speak PromQL.

| Preset | Product | How the versions are told apart |
| --- | --- | --- |
${overview.join('\n')}

${presetNames.map(section).join('\n\n')}
`
}

function section(name: (typeof presetNames)[number]): string {
  const { product, errors, latency, scraped, versions } = presets[name]
  return `## ${name}

${product}.

- What must be scraped: ${scraped}
- How the versions are told apart: ${versions}

Errors, of all requests, and durations in ${latency.unit === 's' ? 'seconds' : 'milliseconds'}:

\`\`\`promql
# bad
${lines(errors.bad)}
# total
${lines(errors.total)}
# latency
${lines(latency.query)}
\`\`\``
}

const lines = (query: string) => query.replaceAll(' or ', '\n  or ')
const cell = (text: string) => text.replaceAll('|', '\\|')
