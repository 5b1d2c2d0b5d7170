/** What a bench writes: the machine, and figures by scenario. */
export interface BenchResult {
  machine: { cpu: string; cores: number; memoryGiB: number; node: string }
  results: Record<string, Record<string, unknown>>
}

/** A line of the table: `{x}` stands for the figure x of the scenario. It is left out when one of them is not there. */
interface Line {
  scenario: string
  what: string
  figure: string
}

/** What the README shows of each file; the rest stays in the file. */
const shown: Record<string, readonly Line[]> = {
  'analyses.json': [
    {
      scenario: 'analyses',
      what: '{analyses} analyses of 4 metrics, each judged every {intervalSeconds} s: from due to written, median / p99 / most',
      figure: '{medianMs} / {p99Ms} / {maxMs} ms',
    },
    {
      scenario: 'analyses',
      what: 'judged before the next interval was due',
      figure: '{judgedInTime} of {judgementsDue}',
    },
    {
      scenario: 'analyses',
      what: 'an interval of all: queries, CPU time, written',
      figure: '{queriesAnInterval}, {cpuSecondsAnInterval} s, {writtenMiBAnInterval} MiB',
    },
    { scenario: 'analyses', what: 'memory at that time', figure: '{rssMiB} MiB' },
  ],
  'control.json': [
    {
      scenario: 'storm',
      what: '{rollouts} releases at once (2 pods, 15 s of pauses each)',
      figure: '{wallSeconds} s; {idealSeconds} s would be ideal',
    },
    { scenario: 'storm', what: 'a release: writes, without events', figure: '{writesWithoutEventsARollout}' },
    { scenario: 'storm', what: 'a release: CPU time', figure: '{cpuMillisecondsARollout} ms' },
    { scenario: 'storm', what: 'memory at that time', figure: '{peakRssMiB} MiB' },
    {
      scenario: 'idle',
      what: '{rollouts} Rollouts at rest for {seconds} s',
      figure: '{writes} writes, {reads} reads, {cpuSeconds} s of CPU, {rssMiB} MiB',
    },
    { scenario: 'restart', what: 'start with {rollouts} Rollouts', figure: '{secondsUntilReady} s until ready' },
    { scenario: 'failover', what: 'another leads after SIGTERM', figure: '{SIGTERM: seconds until another leads} s' },
    { scenario: 'failover', what: 'another leads after SIGKILL', figure: '{SIGKILL: seconds until another leads} s' },
  ],
  'evidence.json': [
    {
      scenario: 'healthy',
      what: '{runs} healthy releases at 100 requests/s, 0.5 % of them errors: rolled back / promoted after (median)',
      figure: '{rolledBack} / {medianMinutesToPromote} min',
    },
    {
      scenario: 'errors x5',
      what: '{runs} releases with five times the errors: rolled back / after (median) / bad answers more than usual (median, p90)',
      figure: '{rolledBack} / {medianMinutesToRollBack} min / {medianExcess}, {p90Excess}',
    },
    {
      scenario: 'errors x10',
      what: '{runs} releases with ten times the errors: rolled back / after (median) / bad answers of the new version (median, most)',
      figure: '{rolledBack} / {medianMinutesToRollBack} min / {medianBad}, {mostBad}',
    },
    {
      scenario: 'incidents',
      what: '{runs} healthy releases while something that both versions depend on fails: rolled back',
      figure: '{rolledBack}',
    },
    {
      scenario: 'errors x10',
      what: 'from the instant at which the deciding interval is due to weight 0: at most, on virtual time',
      figure: '{mostMillisecondsToZero} ms',
    },
  ],
  'judge.json': [
    {
      scenario: 'healthy release',
      what: 'a healthy release is rolled back, looked at every minute for an hour: our judge / Kayenta’s rules / a fixed limit at twice the normal error rate',
      figure: '{ours} / {kayenta} / {fixed}',
    },
    {
      scenario: 'errors x2',
      what: 'twice the errors, 3 a minute before: median minutes until the rollback (found)',
      figure: '{ours} / {kayenta} / {fixed}',
    },
    { scenario: 'errors x5', what: 'five times the errors', figure: '{ours} / {kayenta} / {fixed}' },
    { scenario: 'latency +25 %', what: 'latency up by a quarter', figure: '{ours} / {kayenta} / {fixed}' },
  ],
  'page.json': [
    {
      scenario: 'page',
      what: 'the page, {releases} releases: from opening its address with an empty cache until one can work, median / most of {loads}',
      figure: '{interactiveMs} / {interactiveMostMs} ms',
    },
    {
      scenario: 'page',
      what: 'from the write of a status until it is on the screen, median / p95 of {changes}',
      figure: '{seenMs} / {seenP95Ms} ms',
    },
  ],
  'plan.json': [
    {
      scenario: 'plan, microseconds',
      what: 'deciding about a Rollout: at rest / waiting / beginning',
      figure: '{at rest} / {a run waits} / {a run begins} µs',
    },
  ],
  'scale.json': [
    {
      scenario: 'embedded idle',
      what: '{rollouts} Rollouts at rest: memory / CPU time a minute',
      figure: '{rssMiB} MiB / {cpuSecondsAMinute} s',
    },
    {
      scenario: 'embedded active',
      what: '{releases} of them released at once: CPU time a release / memory at most',
      figure: '{cpuMillisecondsARelease} ms / {peakRssMiB} MiB',
    },
    {
      scenario: 'real restart',
      what: 'start with {rollouts} Rollouts on a real control plane: until all were looked at / reads / writes',
      figure: '{secondsUntilAllLookedAt} s / {reads} / {writes}',
    },
    {
      scenario: 'real storm of 1000',
      what: '{releases} releases of {idealSeconds} s at once, the real control plane on the same cores: all over after / time of a reconcile, p99',
      figure: '{wallSeconds} s / {reconcileP99Ms} ms',
    },
  ],
  'soak.json': [
    {
      scenario: 'soak',
      what: '{hours} hours with {rollouts} Rollouts and {releases} releases: slope of the heap, 95 % limits',
      figure: '{slopeMiBADay} MiB a day ({slopeLowMiBADay} to {slopeHighMiBADay})',
    },
  ],
}

const opening = '<!-- figures -->'
const closing = '<!-- /figures -->'

/** The page with that text between its marks. Throws when it does not have both, in order. */
export function between(page: string, text: string): string {
  const start = page.indexOf(opening)
  const end = page.indexOf(closing)
  if (start < 0 || end < start) throw new Error(`the page needs ${opening} and, behind it, ${closing}`)
  return `${page.slice(0, start + opening.length)}\n${text}${text === '' ? '' : '\n'}${page.slice(end)}`
}

/** A table for each file that has figures to show, with the machine that they come from. */
export function figures(files: readonly (readonly [string, BenchResult])[]): string {
  return files
    .map(([name, result]) => table(name, result))
    .filter((text) => text !== '')
    .join('\n\n')
}

function table(name: string, { machine, results }: BenchResult): string {
  const rows = (shown[name] ?? []).flatMap(({ scenario, what, figure }) => {
    const [left, right] = [filled(what, results[scenario]), filled(figure, results[scenario])]
    return left === undefined || right === undefined ? [] : [`| ${left} | ${right} |`]
  })
  if (rows.length === 0) return ''
  const made = `On ${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, Node ${machine.node} (\`bench/results/${name}\`):`
  return [made, '', '| | |', '|---|---|', ...rows].join('\n')
}

function filled(pattern: string, known: Record<string, unknown> = {}): string | undefined {
  const values = [...pattern.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => known[name])
  if (values.some((value) => typeof value !== 'number' && typeof value !== 'string')) return undefined
  return pattern.replaceAll(/\{([^}]+)\}/g, (_, name: string) => String(known[name]))
}
