import { badArgument, describe, type Named, optionalText, textTable } from '../arguments.ts'
import { KayentaError } from '../errors.ts'
import { isRecord } from '../lookup.ts'
import { isoOf, type Moment, millisecondsOf } from '../time.ts'

/** What is compared: one arm's name and place, and the window. A field that is null or empty is one left out. */
export type CanaryScope = {
  readonly scope?: string | null | undefined
  readonly location?: string | null | undefined
  /** ISO 8601 text is used as it stands; numbers are milliseconds. */
  readonly start?: Moment | null | undefined
  readonly end?: Moment | null | undefined
  /** Other names of start and end, read where these are left out. */
  readonly startTimeIso?: Moment | null | undefined
  readonly endTimeIso?: Moment | null | undefined
  /** Seconds. */
  readonly step?: number | string | null | undefined
  readonly project?: string | null | undefined
  readonly resourceType?: string | null | undefined
  /** `project` and `resourceType` among them go before the fields of these names, as in Kayenta. */
  readonly extendedScopeParams?: Named<string> | null | undefined
}

/** A scope whose fields have their types; times are looked at where they are used. */
export type KnownScope = {
  readonly [name in 'scope' | 'location' | 'project' | 'resourceType']: string | undefined
} & {
  readonly start: unknown
  readonly end: unknown
  readonly step: number | undefined
  readonly extendedScopeParams: Readonly<Record<string, string>>
  /** What the caller's object has, for errors. */
  readonly fields: readonly string[]
}

/** A metric's `query` object. Which fields mean something depends on the store. */
export type QueryConfig = Readonly<Record<string, unknown>>
export type Templates = Named<string> | null | undefined

/** What an account in the store's settings would add. */
export type QueryAccount = {
  /** Prometheus: the label that carries the scope for gce_instance. */
  readonly scopeLabel?: string | null | undefined
  /** Stackdriver: the project where the scope names none. */
  readonly project?: string | null | undefined
  /** New Relic and SignalFx: the attributes that carry scope and location where the scope does not name them. */
  readonly defaultScopeKey?: string | null | undefined
  readonly defaultLocationKey?: string | null | undefined
}

export type QueryInput = {
  readonly query: QueryConfig
  readonly scope: KnownScope
  readonly templates: Readonly<Record<string, string>>
  readonly account: QueryAccount
}

/** One store's way to write a query. @throws KayentaError 'bad-query' with a sentence that says what is missing */
export type QueryWriter = (input: QueryInput) => string

/**
 * A caller's scope with its fields read.
 * @throws KayentaError 'bad-argument' that names the field of another type
 */
export function readScope(scope: unknown): KnownScope {
  if (!isRecord(scope)) throw badArgument('The argument scope', scope, 'an object such as { scope: "app-v002", location: "us-east-1" }')
  const params = textTable('scope.extendedScopeParams', scope.extendedScopeParams, true)
  const text = (name: string): string | undefined => optionalText(`scope.${name}`, scope[name])
  const ofParams = (name: 'project' | 'resourceType'): string | undefined => (Object.hasOwn(params, name) && params[name]) || text(name)
  return {
    scope: text('scope'),
    location: text('location'),
    project: ofParams('project'),
    resourceType: ofParams('resourceType'),
    start: scope.start ?? scope.startTimeIso,
    end: scope.end ?? scope.endTimeIso,
    step: readStep(scope.step),
    extendedScopeParams: params,
    fields: Object.keys(scope).filter((name) => scope[name] !== undefined),
  }
}

function readStep(step: unknown): number | undefined {
  if (step === undefined || step === null || step === '') return undefined
  const seconds = typeof step === 'string' && /^\d+$/.test(step) ? Number(step) : step
  if (typeof seconds === 'number' && seconds >= 0 && Number.isFinite(seconds)) return seconds
  throw badArgument('scope.step', step, 'a number of seconds, such as 60')
}

/** What the scope's object has instead of what is missed; begins with a space. */
export function instead({ fields }: KnownScope): string {
  return fields.length === 0 ? '' : ` The scope object has ${fields.length === 1 ? 'only ' : ''}${fields.join(', ')}.`
}

export function badQuery(sentence: string): KayentaError {
  return new KayentaError('bad-query', sentence)
}

/** A text field of a query, or undefined when it is absent or empty. */
export function field(query: QueryConfig, name: string): string | undefined {
  const value = query[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') throw badQuery(`The query's ${name} is not a text; write it in quotes.`)
  return value
}

export function requiredField(query: QueryConfig, name: string): string {
  const value = field(query, name)
  if (value === undefined) throw badQuery(`The query has no ${name}; write one.`)
  return value
}

/** A list of texts; empty when absent. */
export function listField(query: QueryConfig, name: string): readonly string[] {
  const value = query[name]
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw badQuery(`The query's ${name} is not a list of texts.`)
  return value
}

export function requiredScope(scope: KnownScope): string {
  if (scope.scope) return scope.scope
  throw badQuery(`The scope has no name; write its field scope, such as the server group to compare.${instead(scope)}`)
}

/** Start and end: text as it stands, else ISO 8601. */
export function requiredWindow(scope: KnownScope): { readonly start: string; readonly end: string } {
  return { start: requiredTime(scope, 'start'), end: requiredTime(scope, 'end') }
}

function requiredTime(scope: KnownScope, name: 'start' | 'end'): string {
  const time = scope[name]
  if (time === undefined || time === null || time === '') {
    throw badQuery(`The scope has no ${name} time; write one, such as 2026-01-01T00:00:00Z.${instead(scope)}`)
  }
  const milliseconds = millisecondsOf(time)
  const written = typeof time === 'string' ? time : milliseconds === undefined ? undefined : isoOf(milliseconds)
  if (milliseconds !== undefined && written !== undefined) return written
  throw badQuery(`The ${name} time of the scope is ${describe(time)}, not ISO 8601; write one such as 2026-01-01T00:00:00Z.`)
}

/** Of a text that `requiredWindow` gave. */
export function epochSeconds(iso: string): number {
  return Math.floor((millisecondsOf(iso) ?? Number.NaN) / 1000)
}

/** The scope's parameters in the order they were written. */
export function parameters(scope: KnownScope): readonly (readonly [string, string])[] {
  return Object.entries(scope.extendedScopeParams)
}
