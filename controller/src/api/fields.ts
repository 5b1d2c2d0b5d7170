import { z } from 'zod'

/**
 * What a schema says beyond its type; crd.ts writes it into the CRD, lint.ts into its findings and reference.ts into the docs.
 * `cel`: rules the API server checks. `notYet`: the field belongs to the kind but this version does not act on it, so setting it is refused with that sentence.
 */
export interface FieldMeta {
  description?: string
  /** What to write, as the end of a sentence: "write a duration like 30s, 10m or 1h30m". Said where the pattern does not match. */
  write?: string
  cel?: CelRule[]
  notYet?: string
  /** Kept as it is: any JSON object. */
  anyObject?: true
  /** Of a map. */
  maxProperties?: number
  /** What the reference calls its type, instead of listing its fields. */
  typeName?: string
  listType?: 'map' | 'set' | 'atomic'
  listKeys?: string[]
}

export interface CelRule {
  rule: string
  message: string
  /** CEL that makes a better message than `message`, which stays for where it cannot be evaluated. */
  messageExpression?: string
  /** e.g. '.workload.name' */
  fieldPath?: string
  /** The same rule for `serin lint`: gets the value with its defaults filled in, of the right type, and says whether it passes. Every rule without oldSelf has one. */
  check?: (self: unknown) => boolean
}

declare module 'zod' {
  interface GlobalMeta extends FieldMeta {}
}

/** Bounded to eleven years, so that an instant plus a duration is always an instant. */
const durationPattern = /^([0-9]{1,5}h)?([0-9]{1,6}m)?([0-9]{1,8}s)?$/

/** `30s`, `10m`, `1h30m`. */
export const Duration = z.string().min(2).max(20).regex(durationPattern).meta({ write: 'a duration like 30s, 10m or 1h30m' })

/** An instant, in milliseconds since the epoch, as timestamps are written. */
export const iso = (instant: number): string => new Date(instant).toISOString()

/** Length of a duration in milliseconds. Assumes that it passed the schema. */
export function milliseconds(duration: string): number {
  const found = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration)
  if (!found) throw new Error(`not a duration: ${duration}`)
  const [, hours = '0', minutes = '0', seconds = '0'] = found
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
}

/** A number that only grows: of runs, steps, accounts. Bounded, since an API server counts further than JavaScript can exactly. */
export const Ordinal = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)

export const Percent = z.int().min(0).max(100)
export const ObjectName = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
  .meta({ write: 'the name of an object: lower-case letters, digits, "-" and "."' })
export const ServiceName = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
  .meta({ write: 'the name of a Service: lower-case letters, digits and "-", beginning with a letter' })
/** RFC 3339, milliseconds, UTC. */
export const Timestamp = z.string().max(40)
export const Sentence = z.string().max(4096)
export const AnyObject = z.record(z.string(), z.unknown()).meta({ anyObject: true })
/** Any JSON value; kept as it is. */
export const AnyValue = z.unknown().meta({ anyObject: true })

/** A map of texts, bounded: what nobody bounds has no known cost, and may be too large to store. */
export function texts(most: number): z.ZodRecord<z.ZodString, z.ZodString> {
  return z
    .record(z.string(), z.string().max(1024))
    .refine((map) => Object.keys(map).length <= most, `at most ${most} entries are allowed`)
    .meta({ maxProperties: most })
}

/** A share as text. */
export const Share = z
  .string()
  .max(16)
  .regex(/^\d+(\.\d+)?%$/)
  .meta({ write: 'a share like 10% or 0.1%' })

/** A field that this version does not act on: complete in its schema, refused when set. */
export function notYet<S extends z.ZodType>(schema: S, instead: string): z.ZodOptional<S> {
  return schema.optional().meta({ notYet: instead }) as z.ZodOptional<S>
}
