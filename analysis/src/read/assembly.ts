import type { Form, Interval, Measurement } from '../table.ts'
import { looksCumulative, perBucket } from './cumulative.ts'
import { nearest } from './nearest.ts'
import { type Place, ReadError, refuse } from './readError.ts'
import type { Row } from './row.ts'

export interface TableOptions {
  /** Metrics that a plan declares: these may appear late. Undefined: no plan, the first interval declares them. */
  readonly declared?: readonly { readonly name: string; readonly form?: Form | undefined }[] | undefined
  /** What becomes of metrics that a plan does not declare: an error, or left out with a note. Default: an error. */
  readonly others?: 'refuse' | 'ignore' | undefined
  /**
   * `live`: intervals close as soon as they are complete, so rows must come interval by interval. `any`: rows in any order are put in that of
   * their intervals, and everything closes at the end. Default for a stream: live; for a whole text or document: any.
   */
  readonly order?: 'live' | 'any' | undefined
}

/** What a line brought about. `closed` are in ascending order and final. */
export interface Fed<State> {
  readonly state: State
  readonly closed: readonly Interval[]
  /** Sentences about what was done with the line beyond the obvious. */
  readonly notes: readonly string[]
}

interface Known {
  readonly form: Form
  /** Whether counts of its histograms are cumulative, once decided, and why. */
  readonly cumulative?: { readonly is: boolean; readonly because: string }
}

interface Open {
  readonly interval: number
  readonly weight: number | undefined
  readonly metrics: ReadonlyMap<string, Measurement>
}

interface Had {
  readonly interval: number
  readonly metrics: ReadonlySet<string>
  readonly before: Had | undefined
}

/** Rows on their way to being intervals. */
export interface Assembly {
  /** Declared names with their forms; undefined when the first interval declares them. */
  readonly declared: ReadonlyMap<string, Form | undefined> | undefined
  /** Metrics that were left out; undefined when there may be none. */
  readonly ignored: ReadonlySet<string> | undefined
  /** Metrics seen so far: an interval is complete when it has them all. */
  readonly known: ReadonlyMap<string, Known>
  /** Whether an interval closes with its last row; else when another begins. */
  readonly live: boolean
  readonly open: Open | undefined
  readonly last: number | undefined
  /** What closed intervals had, the newest first: tells a row that comes twice from one that comes too late. */
  readonly had: Had | undefined
  /** Intervals without any data that were filled in. */
  readonly filled: number
}

/** More would rather be a label that is a time. */
const mostFilled = 10_000

export function beginAssembly({ declared, others, order = 'live' }: TableOptions): Assembly {
  return {
    live: order === 'live',
    had: undefined,
    ignored: others === 'ignore' ? new Set() : undefined,
    declared: declared && new Map(declared.map(({ name, form }) => [name, form])),
    known: new Map(),
    open: undefined,
    last: undefined,
    filled: 0,
  }
}

/**
 * Adds a row. An interval closes when a higher one begins; a live one as soon as every declared metric has arrived, or, where none are declared,
 * every metric of the first interval. Intervals that were skipped are closed as empty ones. A row that comes twice counts once; one for which
 * it is too late is a ReadError, since a verdict without it would not be that of the table.
 */
export function addRow(before: Assembly, row: Row, place: Place): Fed<Assembly> {
  const { interval, metric } = row
  refuseForm(before, row, place)
  if (before.declared && !before.declared.has(metric)) return undeclared(before, row, place)
  const newest = before.open?.interval ?? before.last
  if (newest !== undefined && interval <= newest && isTwice(before, row))
    return note(before, `${at(place)}: ${metric} of interval ${interval} stands twice: the first counts`)
  if (newest !== undefined && interval < newest) refuseLate(row, newest, place)
  // It had all that was waited for.
  if (interval === before.last) refuseStranger(before, row, place)
  const { closed, assembly, notes } = reach(before, interval, place)
  if (!assembly.declared && !assembly.known.has(metric) && assembly.last !== undefined) refuseStranger(assembly, row, place)
  const read = readCumulative(assembly.known.get(metric), row, place)
  const known = assembly.known.get(metric) === read.known ? assembly.known : new Map([...assembly.known, [metric, read.known]])
  const open = assembly.open ?? { interval, weight: undefined, metrics: new Map() }
  if (open.weight !== undefined && row.weight !== undefined && open.weight !== row.weight)
    refuse(place, 'weight', `is ${row.weight}, but ${open.weight} on another line of interval ${interval}: an interval has one weight`)
  const metrics = new Map(open.metrics).set(metric, read.measurement)
  const grown: Assembly = { ...assembly, known, open: { interval, weight: open.weight ?? row.weight, metrics } }
  const said = read.note === undefined ? notes : [...notes, `${at(place)}: ${read.note}`]
  if (!isComplete(grown, metrics)) return { state: grown, closed, notes: said }
  return { state: { ...grown, open: undefined, last: interval, had: hadOf(grown) }, closed: [...closed, ...opened(grown)], notes: said }
}

function isComplete({ live, declared, known, last }: Assembly, metrics: ReadonlyMap<string, Measurement>): boolean {
  if (!live) return false
  // Without a plan nobody can tell how many metrics the first interval will have.
  return declared ? metrics.size === declared.size : last !== undefined && metrics.size === known.size
}

/** The interval that is still open, if any. */
export function endAssembly(assembly: Assembly): readonly Interval[] {
  return opened(assembly)
}

/** Closes what must be closed before an interval may begin: the open one, if it is another, and those without data between. */
function reach(before: Assembly, interval: number, place: Place): { assembly: Assembly; closed: Interval[]; notes: string[] } {
  if (before.open?.interval === interval) return { assembly: before, closed: [], notes: [] }
  const closed = [...opened(before)]
  const last = before.open?.interval ?? before.last
  const skipped = last === undefined ? 0 : interval - last - 1
  const filled = before.filled + skipped
  if (filled > mostFilled)
    refuse(
      place,
      'interval',
      `is ${interval} after ${last}: more than ${mostFilled} intervals would have no data; intervals are numbered 1, 2, 3, not by the time`,
    )
  for (let empty = interval - skipped; empty < interval; empty++) closed.push({ interval: empty, metrics: {} })
  const assembly = { ...before, open: undefined, filled, last: last === undefined ? undefined : interval - 1, had: hadOf(before) }
  return { assembly, closed, notes: skipped === 0 ? [] : [`${at(place)}: ${gap(interval - skipped, interval - 1)} no data`] }
}

function opened({ open }: Assembly): readonly Interval[] {
  if (!open) return []
  const metrics: Readonly<Record<string, Measurement>> = Object.fromEntries(open.metrics)
  return [open.weight === undefined ? { interval: open.interval, metrics } : { interval: open.interval, weight: open.weight, metrics }]
}

function hadOf({ open, had, live }: Assembly): Had | undefined {
  // In order, nothing comes late.
  if (!open || !live) return had
  const same = had?.metrics.size === open.metrics.size && [...open.metrics.keys()].every((name) => had.metrics.has(name))
  return { interval: open.interval, metrics: same ? had.metrics : new Set(open.metrics.keys()), before: had }
}

function isTwice({ open, had }: Assembly, { interval, metric }: Row): boolean {
  if (open?.interval === interval) return open.metrics.has(metric)
  let found = had
  while (found && found.interval > interval) found = found.before
  return found?.interval === interval && found.metrics.has(metric)
}

function note(state: Assembly, sentence: string): Fed<Assembly> {
  return { state, closed: [], notes: [sentence] }
}

function refuseForm({ known, declared }: Assembly, { metric, measurement: { form } }: Row, place: Place): void {
  const first = known.get(metric)?.form
  if (first !== undefined && first !== form)
    refuse(place, 'form', `is ${form}, but ${metric} was a ${first} before: give each metric one form`)
  const planned = declared?.get(metric)
  if (planned !== undefined && planned !== form)
    refuse(place, 'form', `is ${form}, but the plan says that ${metric} is a ${planned}: change one of them`)
}

function refuseStranger({ live }: Assembly, { metric, interval }: Row, place: Place): never {
  return refuse(
    place,
    'metric',
    `is ${JSON.stringify(metric)}, which is new in interval ${interval}: let every metric stand in the first interval, with canary and baseline null when it has no data yet${live ? ', with the lines of an interval together' : ''}, or declare it in a plan`,
  )
}

function refuseLate({ interval, metric }: Row, newest: number, place: Place): never {
  throw new ReadError(
    `${at(place)}: interval is ${interval}, which was over when ${metric} came: interval ${newest} stands before it; sort the lines by interval`,
    { line: place.noun === 'line' ? place.number : undefined, field: 'interval', unsorted: true },
  )
}

function undeclared(before: Assembly, { metric }: Row, place: Place): Fed<Assembly> {
  const { ignored, declared } = before
  if (!ignored) {
    const names = [...(declared?.keys() ?? [])]
    const meant = nearest(metric, names)
    return refuse(
      place,
      'metric',
      `is ${JSON.stringify(metric)}, which is not in the plan: ${meant ? `did you mean ${JSON.stringify(meant)}?` : "add it to the plan's metrics"}`,
    )
  }
  if (ignored.has(metric)) return { state: before, closed: [], notes: [] }
  return note({ ...before, ignored: new Set([...ignored, metric]) }, `${at(place)}: ${metric} is not in the plan: it is left out`)
}

/** Makes the counts of a histogram those of each bucket alone. What decides is the line, else what was decided before, else how the counts look. */
function readCumulative(
  before: Known | undefined,
  row: Row,
  place: Place,
): { known: Known; measurement: Measurement; note?: string | undefined } {
  const { measurement, metric } = row
  const known = before ?? { form: measurement.form }
  if (measurement.form !== 'histogram') return { known, measurement }
  const said = row.cumulative === undefined ? known.cumulative : { is: row.cumulative, because: 'the metric is said to be cumulative' }
  const guess = said ? undefined : looksCumulative(measurement)
  const decided =
    said ?? (guess && { is: guess.is, because: `they have been read as cumulative since ${at(place)}, where they never fell` })
  // One arm alone may rise by chance.
  const settled = guess?.sure === false ? undefined : decided
  const kept = known.cumulative || !settled ? known : { ...known, cumulative: settled }
  if (!decided?.is) return { known: kept, measurement }
  const { canary, baseline } = measurement
  return {
    known: kept,
    measurement: {
      form: 'histogram',
      ...(canary && { canary: perBucket(canary, 'canary', decided.because, place) }),
      ...(baseline && { baseline: perBucket(baseline, 'baseline', decided.because, place) }),
    },
    note:
      guess && settled
        ? `counts of ${metric} never fall from bucket to bucket, so they are read as cumulative; "cumulative": false says they are not`
        : undefined,
  }
}

function gap(from: number, to: number): string {
  return from === to ? `interval ${from} has` : `intervals ${from} to ${to} have`
}

function at({ noun, number }: Place): string {
  return `${noun} ${number}`
}
