import { availableParallelism } from 'node:os'
import type { Act, Plan } from './plan.ts'
import { pledges } from './promises.ts'
import type { Outcome } from './run.ts'
import type { Shop } from './shop.ts'
import { byPromise, type Tally } from './tally.ts'
import type { Breach } from './witness.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** Simulated time, as long as it is. */
function virtual(ms: number): string {
  const hours = ms / 3_600_000
  return hours >= 48 ? `${(hours / 24).toFixed(1)} days` : hours >= 1 ? `${hours.toFixed(1)} h` : `${(ms / 60_000).toFixed(1)} min`
}

const whole = (n: number) => n.toLocaleString('en-US')

export function progressLine(tally: Tally, ms: number): string {
  const { seeds, breaches, visited, cells, virtualMs } = tally
  const rate = (seeds / Math.max(ms / 1000, 0.001)).toFixed(1)
  return `${whole(seeds)} seeds, ${rate} a second, ${breaches.length} breaches, ${visited.size} of ${cells} cells, ${virtual(virtualMs)} of virtual time`
}

/** What was broken, and how to see it again. */
export function breachText({ promise, shop, what, at }: Breach, seed: number): string {
  const says = pledges.find(({ name }) => name === promise)?.says
  return [
    `BROKEN  ${promise}${says === undefined ? '' : `: ${says}`}`,
    `  how     ${what}`,
    `  where   shop ${shop}, ${seconds(at)} of virtual time, seed ${seed}`,
    `  again   npm run sim -- --replay ${seed}`,
  ].join('\n')
}

/** The end of a journal, and of the logs beside it. */
export function tailOf({ journal }: Outcome, lines = 40, logLines = 15): string {
  const logs = journal.indexOf('-- logs')
  const events = logs < 0 ? journal : journal.slice(0, logs)
  return [...events.slice(-lines), ...(logs < 0 ? [] : ['-- logs', ...journal.slice(logs + 1).slice(-logLines)])].join('\n')
}

/** A plan as people read it. */
export function planText(plan: Plan): string {
  const { controllers, shops, acts, namespaces } = plan
  const free = namespaces.flatMap(({ guarded }, at) => (guarded ? [] : [at]))
  return [
    `seed ${plan.seed}, ${controllers} controller${controllers === 1 ? '' : 's'}, ${namespaces.length} namespaces${free.length > 0 ? ` (without policies: ${free.join(', ')})` : ''}`,
    ...shops.flatMap(shopText),
    ...acts.map(actText),
    `  ${stamp(plan.calmAt)}  calm`,
  ].join('\n')
}

function shopText({ name, replicas, mode, routes, by, preStopSeconds, rollout, namespace }: Shop): string[] {
  const how = [`${replicas} pods`, [mode, ...routes].join(' '), `by ${by}`, ...(preStopSeconds > 0 ? [`preStop ${preStopSeconds} s`] : [])]
  return [`  shop ${name} in namespace ${namespace}: ${how.join(', ')}`, `    ${JSON.stringify(rollout)}`]
}

function actText({ at, name, shop, when, with: particulars }: Act): string {
  const once = when ? ` once ${when.stage}${when.step ? ` ${when.step}` : ''}` : ''
  const told = particulars && Object.keys(particulars).length > 0 ? ` ${JSON.stringify(particulars)}` : ''
  return `  ${stamp(at)}  ${name}${shop === undefined ? '' : ` ${shop}`}${once}${told}`
}

const stamp = (ms: number) => `${(ms / 1000).toFixed(2).padStart(7)} s`

export interface Ran {
  tally: Tally
  from: number
  ms: number
  jobs: number
}

export function endText({ tally, from, ms, jobs }: Ran): string {
  const { seeds, endings, changes, virtualMs, visited, cells, slowest, twice, breaches } = tally
  const openOnes = Object.entries(tally.open)
  const line = ([promise, of]: [string, number[]]) =>
    `    ${promise}: ${of.length} (${of.slice(0, 8).join(', ')}${of.length > 8 ? ', ...' : ''})`
  const list = (entries: [string, number][]) => entries.map(([name, n]) => `${whole(n)} ${name}`).join(', ')
  const lines = [
    `${whole(seeds)} seeds from ${from} in ${(ms / 1000).toFixed(0)} s, ${(seeds / Math.max(1e-3, ms / 1000)).toFixed(1)} a second in ${jobs} processes`,
    `  ${virtual(virtualMs)} of virtual time, ${whole(changes)} changes in the API servers`,
    `  runs: ${list(Object.entries(endings).sort((a, b) => b[1] - a[1])) || 'none'}`,
    `  cells visited: ${visited.size} of ${cells}`,
    `  run twice, with the same fingerprints: ${twice} seeds`,
    `  slowest seeds: ${slowest.map(({ seed, ms: took }) => `${seed} (${seconds(took)})`).join(', ')}`,
    breaches.length === 0 ? '  every promise was kept' : `  ${breaches.length} seeds broke a promise:`,
    ...byPromise(tally).map(line),
    ...(openOnes.length === 0 ? [] : ['  promises that are open, known not to be kept always:', ...openOnes.map(line)]),
  ]
  return lines.join('\n')
}

/** The report as data. The counts of tests are for whoever adds up test runs: each seed is one. */
export function reportJson({ tally, from, ms, jobs }: Ran): object {
  const { seeds, endings, changes, virtualMs, visited, cells, slowest, twice, breaches } = tally
  const broken = new Set(breaches.map(({ seed }) => seed)).size
  return {
    machine: { cores: availableParallelism(), node: process.version },
    seeds,
    from,
    jobs,
    seconds: Math.round(ms / 100) / 10,
    virtualHours: Math.round(virtualMs / 36_000) / 100,
    changes,
    endings,
    cells: { visited: visited.size, of: cells },
    twice,
    slowest,
    breaches,
    open: tally.open,
    numPassedTests: seeds - broken,
    numFailedTests: broken,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: breaches.map((breach) => ({
      name: 'simulation',
      status: 'failed',
      message: '',
      assertionResults: [{ status: 'failed', fullName: `seed ${breach.seed}`, failureMessages: [breachText(breach, breach.seed)] }],
    })),
  }
}
