import { describe } from './arguments.ts'
import { type CanaryConfig, usableConfig } from './config.ts'
import { KayentaError } from './errors.ts'
import { type JudgeOptions, type JudgeResult, judge } from './judge.ts'
import { isRecord } from './lookup.ts'
import type { JudgedPairs } from './pairs.ts'
import type { ScoreThresholds } from './score.ts'
import { isoOf, type Moment, millisecondsOf } from './time.ts'

/** A stand-alone analysis request as Kayenta takes it. Times are those of the first scope. */
export type AnalysisRequest = {
  readonly scopes: readonly AnalysisScope[]
  readonly thresholds?: { readonly pass?: number | null | undefined; readonly marginal?: number | null | undefined } | null | undefined
  readonly lifetimeDurationMins?: number | null | undefined
  readonly beginAfterMins?: number | null | undefined
  readonly lookbackMins?: number | null | undefined
  readonly analysisIntervalMins?: number | null | undefined
  readonly [field: string]: unknown
}

export type AnalysisScope = {
  readonly scopeName?: string | undefined
  readonly controlOffsetInMinutes?: number | null | undefined
  /** ISO 8601. An end time makes the analysis retrospective. */
  readonly startTimeIso?: Moment | null | undefined
  readonly endTimeIso?: Moment | null | undefined
  readonly [field: string]: unknown
}

/** ISO 8601, without milliseconds where they are zero. */
export type Window = { readonly start: string; readonly end: string }
export type Judgement = { readonly control: Window; readonly experiment: Window; readonly waitUntil?: string }

export type Verdict = { readonly verdict: 'pass' | 'fail'; readonly reason: string }

/** The number of control samples under which Kayenta warns, whatever the score. */
const FEW_SAMPLES = 50

const MINUTE = 60_000
/** A year of minutes, and no list too long to hold. */
const MOST_JUDGEMENTS = 525_600

/**
 * The windows to judge, in order. Without an end time they lie ahead: `waitUntil` says when each can be judged, reckoned from `now`
 * (milliseconds, a Date or ISO), and the warm-up moves their start. With an end time nothing waits and the warm-up is not added.
 * What is left of the lifetime after the last whole interval is not judged, as in Kayenta.
 * @throws KayentaError 'bad-request' without scopes, without a lifetime, or with an impossible one
 */
export function windows(request: AnalysisRequest, now: Moment): Judgement[] {
  if (!isRecord(request)) throw bad(`The request is ${describe(request)}; write an object with scopes.`)
  const scope: unknown = Array.isArray(request.scopes) ? request.scopes[0] : undefined
  if (!isRecord(scope)) throw bad('The request has no scopes; write a list with at least one object.')
  const at = instant(now, 'The time now')
  const start = scope.startTimeIso ? instant(scope.startTimeIso, 'startTimeIso') : at
  const retrospective = Boolean(scope.endTimeIso)
  const lifetime = lifetimeMinutes(request, scope, start)
  const asked = minutes(request.analysisIntervalMins, 'analysisIntervalMins')
  const interval = asked === 0 || asked > lifetime ? lifetime : asked
  const warmUp = retrospective ? 0 : minutes(request.beginAfterMins, 'beginAfterMins')
  const lookback = minutes(request.lookbackMins, 'lookbackMins')
  const offset = finite(scope.controlOffsetInMinutes, 'controlOffsetInMinutes')
  const first = start + warmUp * MINUTE
  const count = Math.floor(lifetime / interval)
  if (count > MOST_JUDGEMENTS) throw bad(`The request makes ${count} judgements; write a longer analysisIntervalMins.`)
  return Array.from({ length: count }, (_, index) => {
    const end = first + (index + 1) * interval * MINUTE
    const begin = lookback > 0 ? end - lookback * MINUTE : first
    const judgement = { control: window(begin - offset * MINUTE, end - offset * MINUTE), experiment: window(begin, end) }
    return retrospective ? judgement : { ...judgement, waitUntil: iso(at + (warmUp + (index + 1) * interval) * MINUTE) }
  })
}

/** Whether a score ends the run at once: at the marginal threshold too, where the score's class would still be Marginal. */
export function failsFast(score: number, thresholds: AnalysisRequest['thresholds']): boolean {
  const { marginal } = limitsOf(thresholds)
  return scoreOf('The score', score) <= (marginal ?? Number.NEGATIVE_INFINITY)
}

function scoreOf(what: string, score: unknown): number {
  if (typeof score === 'number' && !Number.isNaN(score)) return score
  throw bad(`${what} is ${describe(score)}; write a number.`)
}

/** @throws KayentaError 'bad-request' for a threshold that is no number: Kayenta would not take the request */
function limitsOf(thresholds: unknown): { readonly pass: number | undefined; readonly marginal: number | undefined } {
  if (thresholds === undefined || thresholds === null) return { pass: undefined, marginal: undefined }
  if (!isRecord(thresholds)) throw bad(`thresholds is ${describe(thresholds)}; write an object such as { pass: 95, marginal: 75 }.`)
  return { pass: limitOf('pass', thresholds.pass), marginal: limitOf('marginal', thresholds.marginal) }
}

function limitOf(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && !Number.isNaN(value)) return value
  throw bad(`thresholds.${name} is ${describe(value)}; write a number without quotes, such as 95.`)
}

/** The verdict of a run from its scores in order: the last one decides. Without scores it fails; without thresholds it passes. */
export function aggregate(scores: readonly number[], thresholds: AnalysisRequest['thresholds']): Verdict {
  const { pass, marginal } = limitsOf(thresholds)
  const given: unknown = scores ?? []
  if (!Array.isArray(given)) throw bad(`scores is ${describe(given)}; write a list of numbers.`)
  if (given.length === 0) return { verdict: 'fail', reason: 'Nothing was judged.' }
  const last = scoreOf('The last score', given.at(-1))
  if (marginal !== undefined && last <= marginal) {
    return { verdict: 'fail', reason: `The last score, ${last}, does not exceed the marginal threshold of ${marginal}.` }
  }
  if (pass === undefined) return { verdict: 'pass', reason: `The last score is ${last}, and no pass threshold is set.` }
  return last < pass
    ? { verdict: 'fail', reason: `The last score, ${last}, is below the pass threshold of ${pass}.` }
    : { verdict: 'pass', reason: `The last score, ${last}, reaches the pass threshold of ${pass}.` }
}

/** A sentence for each metric whose control has fewer than 50 samples: Kayenta warns, it does not fail. It does not ask that of Datadog. */
export function sampleWarnings(config: CanaryConfig, result: JudgeResult): string[] {
  const datadog = new Set(
    usableConfig(config)
      .metrics.filter((metric) => metric.query?.type === 'datadog')
      .map((metric) => metric.name),
  )
  if (!isRecord(result) || !Array.isArray(result.results)) throw bad(`The result is ${describe(result)}; write what judge gave.`)
  return result.results
    .filter(({ name, controlMetadata }) => !datadog.has(name) && controlMetadata.stats.count < FEW_SAMPLES)
    .map(
      ({ name, controlMetadata }) => `The metric ${name} has ${controlMetadata.stats.count} control samples; ${FEW_SAMPLES} are advised.`,
    )
}

export type StandaloneResult = Verdict & {
  readonly judgements: readonly (Judgement & { readonly result: JudgeResult })[]
  readonly failedFast: boolean
}

/**
 * A whole run over data that are there already: judges each window with the pairs the caller gives for it, stops as soon as a score fails,
 * and aggregates. A controller that must wait takes `windows`, `failsFast` and `aggregate` itself.
 */
export function standaloneAnalysis(input: {
  readonly config: CanaryConfig
  readonly request: AnalysisRequest
  readonly now: Moment
  readonly pairs: (judgement: Judgement) => JudgedPairs
  readonly options?: JudgeOptions | null | undefined
}): StandaloneResult {
  if (!isRecord(input)) throw bad(`The input is ${describe(input)}; write an object with config, request, now and pairs.`)
  const { config, request, options } = input
  if (typeof input.pairs !== 'function') throw bad(`pairs is ${describe(input.pairs)}; write a function that gives the pairs of a window.`)
  const judgements: (Judgement & { readonly result: JudgeResult })[] = []
  let failedFast = false
  const all = windows(request, input.now)
  const { pass = 0, marginal = 0 } = limitsOf(request.thresholds)
  const limits: ScoreThresholds = { pass, marginal }
  for (const judgement of all) {
    const result = judge(config, input.pairs(judgement), limits, options)
    judgements.push({ ...judgement, result })
    failedFast = failsFast(result.score, request.thresholds)
    if (failedFast) break
  }
  const scores = judgements.map(({ result }) => result.score)
  return { ...aggregate(scores, request.thresholds), judgements, failedFast }
}

function lifetimeMinutes(request: AnalysisRequest, scope: AnalysisScope, start: number): number {
  const asked = request.lifetimeDurationMins ?? undefined
  const lifetime = scope.endTimeIso
    ? Math.floor((instant(scope.endTimeIso, 'endTimeIso') - start) / MINUTE)
    : asked && finite(asked, 'lifetimeDurationMins')
  if (lifetime === undefined) throw bad('The request has neither endTimeIso nor lifetimeDurationMins; write one of them.')
  if (!(lifetime > 0 && Number.isFinite(lifetime))) throw bad(`The lifetime is ${lifetime} minutes; it must be longer than none.`)
  return lifetime
}

function minutes(value: unknown, name: string): number {
  const number = finite(value, name)
  if (number < 0) throw bad(`${name} is ${number}; write a number of minutes that is not negative.`)
  return number
}

function finite(value: unknown, name: string): number {
  if (value === undefined || value === null) return 0
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw bad(`${name} is ${describe(value)}; write a number of minutes without quotes.`)
  return value
}

function instant(time: unknown, what: string): number {
  const milliseconds = millisecondsOf(time)
  if (milliseconds === undefined) {
    const shown = typeof time === 'string' ? time : describe(time)
    throw bad(`${what} is ${shown}; write a time such as 2026-01-01T00:00:00Z.`)
  }
  return milliseconds
}

function window(start: number, end: number): Window {
  return { start: iso(start), end: iso(end) }
}

function iso(milliseconds: number): string {
  const written = isoOf(milliseconds)
  if (written === undefined) throw bad('The windows reach beyond what a date can say; write fewer minutes.')
  return written
}

function bad(sentence: string): KayentaError {
  return new KayentaError('bad-request', sentence)
}
