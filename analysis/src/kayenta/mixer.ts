import { KayentaError } from './errors.ts'
import {
  type Frame,
  type KnownFrame,
  type KnownSet,
  type MetricNames,
  type MetricSets,
  readFrame,
  readMetricNames,
  readMetricSets,
} from './metricSets.ts'

export type MetricSetPair = {
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly values: { readonly control: readonly number[]; readonly experiment: readonly number[] }
  readonly scopes: { readonly control: KnownFrame; readonly experiment: KnownFrame }
  readonly attributes: { readonly control: Readonly<Record<string, string>>; readonly experiment: Readonly<Record<string, string>> }
}

/** The series of one metric in one arm. */
type Series = readonly [KnownSet, ...KnownSet[]]

/** The most values a series is filled up to; more is a mistake in the frame. */
const MOST_POINTS = 10_000_000

/**
 * How many values the time frame has room for; 0 without a step.
 * @throws KayentaError 'bad-argument' for a field that is no number
 */
export function expectedDataPoints(frame: Frame | null | undefined): number {
  return room(readFrame(frame, 'The time frame'))
}

function room({ startTimeMillis = 0, endTimeMillis = 0, stepMillis = 0 }: KnownFrame): number {
  return stepMillis > 0 ? Math.max(0, Math.floor((endTimeMillis - startTimeMillis) / stepMillis)) : 0
}

/**
 * Pairs the two arms' series, metric by metric in the order given, by equal tags; without names, all that either arm has. A series without a
 * partner gets one of NaN in its arm's time frame; where exactly one arm has the series without tags (a store's answer "nothing found"),
 * every series of the other arm does, and what the untagged one holds is left aside. Series that are too short are filled up with NaN at the
 * end: the arms are not aligned in time. Of series with the same name and tags the first counts. An arm that is null has no series.
 * @throws KayentaError 'unpaired-metric' when an arm has no series of a metric or the arms have different tag names, 'bad-argument' for a
 * series or name of another type, saying which
 */
export function mixMetricSets(control: MetricSets, experiment: MetricSets, metricNames?: MetricNames): MetricSetPair[] {
  const controls = readMetricSets(control, 'control')
  const experiments = readMetricSets(experiment, 'experiment')
  const names = readMetricNames(metricNames) ?? new Set([...controls, ...experiments].map(({ name }) => name))
  return [...names].flatMap((name) => mixOne(name, ofName(controls, name, 'control'), ofName(experiments, name, 'experiment')))
}

function mixOne(name: string, control: Series, experiment: Series): MetricSetPair[] {
  requireSameTagNames(name, control, experiment)
  const [controlUntagged, experimentUntagged] = [control.some(isUntagged), experiment.some(isUntagged)]
  if (controlUntagged && !experimentUntagged) return experiment.map((set) => pair(emptyLike(control[0], set), set))
  if (experimentUntagged && !controlUntagged) return control.map((set) => pair(set, emptyLike(experiment[0], set)))
  const controls = byTags(control)
  const experiments = byTags(experiment)
  const keys = new Set([...controls.keys(), ...experiments.keys()])
  return [...keys].flatMap((key) => {
    const [one, other] = [controls.get(key), experiments.get(key)]
    if (one) return [pair(one, other ?? emptyLike(experiment[0], one))]
    return other ? [pair(emptyLike(control[0], other), other)] : []
  })
}

function byTags(sets: Series): ReadonlyMap<string, KnownSet> {
  const found = new Map<string, KnownSet>()
  for (const set of sets) if (!found.has(tagKey(set))) found.set(tagKey(set), set)
  return found
}

function ofName(sets: readonly KnownSet[], name: string, arm: string): Series {
  const [first, ...rest] = sets.filter((set) => set.name === name)
  if (first) return [first, ...rest]
  const names = [...new Set(sets.map((set) => set.name))].join(', ')
  const has = names === '' ? '' : ` It has series of ${names}.`
  throw new KayentaError('unpaired-metric', `The ${arm} has no series of the metric ${name}.${has}`)
}

function requireSameTagNames(name: string, control: Series, experiment: Series): void {
  const [one, other] = [tagNames(control), tagNames(experiment)]
  if (one.length > 0 && other.length > 0 && one.join('\0') !== other.join('\0')) {
    throw new KayentaError(
      'unpaired-metric',
      `The series of ${name} have the tags ${one.join(', ')} in the control and ${other.join(', ')} in the experiment; they must be the same.`,
    )
  }
}

function tagNames(sets: Series): string[] {
  return [...new Set(sets.flatMap((set) => Object.keys(set.tags)))].sort()
}

function isUntagged(set: KnownSet): boolean {
  return Object.keys(set.tags).length === 0
}

function tagKey(set: KnownSet): string {
  return JSON.stringify(Object.entries(set.tags).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** A series of NaN in the time frame of `frame` with the tags of `partner`; as long as the partner where the frame has no step. */
function emptyLike(frame: KnownSet, partner: KnownSet): KnownSet {
  const length = frame.stepMillis === undefined ? partner.values.length : points(frame)
  return { ...frame, tags: partner.tags, values: new Array<number>(length).fill(Number.NaN) }
}

function pair(control: KnownSet, experiment: KnownSet): MetricSetPair {
  return {
    name: control.name,
    tags: { ...control.tags },
    values: { control: padded(control), experiment: padded(experiment) },
    scopes: { control: frameOf(control), experiment: frameOf(experiment) },
    attributes: { control: control.attributes, experiment: experiment.attributes },
  }
}

function padded(set: KnownSet): readonly number[] {
  const missing = points(set) - set.values.length
  return missing > 0 ? set.values.concat(new Array<number>(missing).fill(Number.NaN)) : set.values
}

function points(set: KnownSet): number {
  const count = room(set)
  if (count <= MOST_POINTS) return count
  throw new KayentaError('bad-argument', `The time frame of ${set.name} has room for ${count} values; write a longer stepMillis.`)
}

function frameOf({ startTimeMillis, endTimeMillis, stepMillis }: KnownSet): KnownFrame {
  return { startTimeMillis, endTimeMillis, stepMillis }
}
