import {
  badArgument,
  entriesOf,
  isText,
  type Named,
  optionalFlag,
  optionalObject,
  requiredList,
  requiredNumber,
  requiredText,
  shown,
} from './arguments.ts'
import type { MetricClass } from './classifier.ts'
import { KayentaError } from './errors.ts'
import { isRecord } from './lookup.ts'

export type ScoredMetric = {
  readonly name: string
  readonly classification: MetricClass
  readonly groups?: readonly string[] | null | undefined
  readonly critical?: boolean | null | undefined
  /** A muted metric is listed and not counted. */
  readonly muted?: boolean | null | undefined
}

export type ScoreOptions = {
  readonly groupWeights?: Named<number | null> | null | undefined
  readonly nodataThresholdPercent?: number | null | undefined
}

export type Score = {
  readonly groupScores: Readonly<Record<string, number>>
  /** 0 to 100 with two decimals; outside it only when weights exceed 100. */
  readonly summaryScore: number
  /** Groups in which nothing was counted: their score reads 0, and they enter the summary as 100. */
  readonly noDataGroups: readonly string[]
  /** Why the score is 0 by rule, where it is. */
  readonly reason: string | null
}

export type ScoreThresholds = { readonly pass: number; readonly marginal: number }
export type ScoreClass = 'Pass' | 'Marginal' | 'Fail'

const DEFAULT_NODATA_THRESHOLD_PERCENT = 50

type Group = { passed: number; counted: number }

/**
 * Group scores and their weighted sum, by Kayenta's rules in Kayenta's order: a critical metric that did not pass makes 0; half of the
 * metrics without data (or `nodataThresholdPercent`) make 0; else the groups' scores by weight. Weights of groups without metrics are lost.
 * @throws KayentaError 'bad-argument' for weights that are not finite numbers, and for results that are none
 */
export function weightedSumScore(results: readonly ScoredMetric[], options?: ScoreOptions | null): Score {
  const given = optionalObject('options', options)
  const threshold = requiredNumber('nodataThresholdPercent', given.nodataThresholdPercent ?? DEFAULT_NODATA_THRESHOLD_PERCENT, '50')
  const weights = readWeights(given.groupWeights)
  const counted = requiredList('The argument results', results, 'results, each with a name and a classification')
    .map((result, at) => readResult(result, `results[${at}]`))
    .filter((result) => !result.muted)
  const groups = countGroups(counted)
  const noDataGroups = [...groups].filter(([, group]) => group.counted === 0).map(([name]) => name)
  const groupScores = Object.fromEntries([...groups].map(([name, group]) => [name, groupScore(group)]))
  const zero = zeroReason(counted, threshold)
  const summaryScore = zero === null ? weightedSum(groups, weights) : 0
  return { groupScores, summaryScore, noDataGroups, reason: zero }
}

/**
 * Pass from `pass` on, Marginal from `marginal` on, both included; else Fail.
 * @throws KayentaError 'bad-argument' without either threshold
 */
export function classifyScore(score: number, thresholds: ScoreThresholds): ScoreClass {
  const { pass, marginal } = readThresholds(thresholds)
  const known = requiredNumber('The score', score, '95')
  if (known >= pass) return 'Pass'
  return known >= marginal ? 'Marginal' : 'Fail'
}

/** @throws KayentaError 'bad-argument' that says which threshold is missing or no number */
export function readThresholds(thresholds: unknown): ScoreThresholds {
  if (!isRecord(thresholds)) throw badArgument('The argument thresholds', thresholds, 'an object such as { pass: 95, marginal: 75 }')
  return {
    pass: requiredNumber('thresholds.pass', thresholds.pass, '95'),
    marginal: requiredNumber('thresholds.marginal', thresholds.marginal, '75'),
  }
}

type KnownResult = {
  readonly name: string
  readonly classification: MetricClass
  readonly groups: readonly string[]
  readonly critical: boolean
  readonly muted: boolean
}

const classes: ReadonlySet<unknown> = new Set<MetricClass>(['Pass', 'High', 'Low', 'Nodata', 'NodataFailMetric', 'Error'])

function readResult(result: unknown, at: string): KnownResult {
  if (!isRecord(result)) throw badArgument(at, result, 'an object with a name and a classification')
  const { classification, name } = result
  if (!classes.has(classification)) throw badArgument(`${at}.classification`, classification, `one of ${[...classes].join(', ')}`)
  const groups = requiredList(`${at}.groups`, result.groups ?? [], 'texts, such as ["errors"]')
  return {
    name: isText(name) ? name : shown(name),
    classification: classification as MetricClass,
    groups: groups.map((group, index) => requiredText(`${at}.groups[${index}]`, group)),
    critical: optionalFlag(`${at}.critical`, result.critical) ?? false,
    muted: optionalFlag(`${at}.muted`, result.muted) ?? false,
  }
}

function readWeights(weights: unknown): ReadonlyMap<string, number> {
  if (weights === undefined || weights === null) return new Map()
  const entries = entriesOf(weights)
  if (!entries) throw badArgument('groupWeights', weights, 'an object such as { errors: 50 }')
  const known = new Map<string, number>()
  for (const [name, weight] of entries) {
    if (weight === undefined || weight === null) continue
    if (typeof weight !== 'number' || !Number.isFinite(weight)) {
      throw new KayentaError('bad-argument', `The weight of group ${name} is ${shown(weight)}; write a number such as 50.`)
    }
    known.set(name, weight)
  }
  return known
}

function countGroups(results: readonly KnownResult[]): Map<string, Group> {
  const groups = new Map<string, Group>()
  for (const { classification, groups: names } of results) {
    for (const name of names) {
      const group = groups.get(name) ?? { passed: 0, counted: 0 }
      if (classification === 'Pass') group.passed++
      if (classification !== 'Nodata' && classification !== 'Error') group.counted++
      groups.set(name, group)
    }
  }
  return groups
}

function groupScore(group: Group): number {
  return group.counted === 0 ? 0 : (group.passed / group.counted) * 100
}

function zeroReason(results: readonly KnownResult[], nodataThresholdPercent: number): string | null {
  const critical = results.find((result) => result.critical && result.classification !== 'Pass')
  if (critical) return `The critical metric ${critical.name} is ${critical.classification}.`
  const nodata = results.filter((result) => result.classification === 'Nodata').length
  const percent = (nodata / results.length) * 100
  return percent >= nodataThresholdPercent ? `${nodata} of ${results.length} metrics have no data.` : null
}

function weightedSum(groups: ReadonlyMap<string, Group>, weights: ReadonlyMap<string, number>): number {
  let configured = 0
  for (const weight of weights.values()) configured += weight
  const unweighted = [...groups.keys()].filter((name) => !weights.has(name)).length
  const remaining = unweighted === 0 ? 0 : (100 - configured) / unweighted
  let sum = 0
  for (const [name, group] of groups) {
    const score = group.counted === 0 ? 100 : groupScore(group)
    sum += score * ((weights.get(name) ?? remaining) / 100)
  }
  if (!Number.isFinite(sum))
    throw new KayentaError('bad-argument', 'The group weights are too large to be summed; write percentages that sum to 100.')
  return roundHalfUp(sum)
}

/** Two decimals, halves away from zero, decided on the shortest decimal form of the number: 1.005 gives 1.01 although the double lies below. */
export function roundHalfUp(value: number): number {
  const [digits = '0', exponent = '0'] = Math.abs(value).toExponential().split('e')
  const [whole = '0', fraction = ''] = digits.split('.')
  const drop = fraction.length - Number(exponent) - 2
  if (drop <= 0 || !Number.isFinite(value)) return value
  const scaled = BigInt(whole + fraction)
  const unit = 10n ** BigInt(Math.min(drop, 400))
  const cents = (scaled + unit / 2n) / unit
  // Adding zero turns -0 into 0.
  return (Math.sign(value) * Number(cents)) / 100 + 0
}
