import { type JudgeRecord, type KayentaPlan, ReadError, readPlan, readTable, readThresholdPlan, type Verdict } from '@serin/analysis'
import { z } from 'zod'
import { Duration } from '../../api/fields.ts'
import type { Terms } from '../../evidence/assessment.ts'
import type { Part, PartPlan } from '../../evidence/parts.ts'
import type { RunRecord } from '../../evidence/record.ts'
import { CliError } from '../exit.ts'

/** A file of `serin record` that holds several parts. */
export interface PartsFile {
  readonly record: RunRecord
  readonly terms: Terms
  readonly verdicts: readonly (Verdict | undefined)[]
  /** What the parts said together. */
  readonly verdict: { readonly verdict: string; readonly because: string } | undefined
}

const Outside = z.object({
  version: z.literal(1),
  start: z.number().nonnegative(),
  terms: z.object({
    bake: Duration,
    deadline: Duration,
    ignoreMissing: z.boolean().optional(),
    metrics: z.array(z.object({ name: z.string(), gate: z.boolean() })).max(100),
  }),
  verdict: z.object({ verdict: z.string(), because: z.string() }).optional(),
  parts: z
    .array(z.looseObject({ key: z.string(), dryRun: z.boolean(), step: z.number().positive(), once: z.boolean() }))
    .min(1)
    .max(200),
})

/** Whether a text is such a file; else it is a table, or a record of one judge. */
export function hasParts(text: string): boolean {
  return /^\s*\{/.test(text) && /"parts"\s*:\s*\[/.test(text) && isObjectWithParts(text)
}

function isObjectWithParts(text: string): boolean {
  try {
    return Array.isArray((JSON.parse(text) as { parts?: unknown }).parts)
  } catch {
    return false
  }
}

/** Reads it. What is wrong with it is a CliError that says where. Assumes `hasParts`. */
export function readParts(text: string, source: string): PartsFile {
  const read = Outside.safeParse(JSON.parse(text))
  if (!read.success) {
    const [issue] = read.error.issues
    throw new CliError(`${source}: this is no record of an analysis: ${issue?.path.map(String).join('.')}: ${issue?.message}`, [
      '`serin record <name> -o record.json` writes one.',
    ])
  }
  const { start, terms, verdict, parts } = read.data
  const found = parts.map(({ key, dryRun, step, once, ...rest }) => partOf(rest, { key, dryRun, step, once }, source))
  return {
    record: { version: 1, start, parts: found.map(({ part, record: { intervals } }) => ({ ...part, intervals })) },
    terms,
    verdict,
    verdicts: found.map(({ record }) => record.verdict),
  }
}

function partOf(rest: Record<string, unknown>, about: Pick<Part, 'key' | 'dryRun' | 'step' | 'once'>, source: string) {
  try {
    const { record } = readTable(JSON.stringify({ version: 1, ...rest }))
    if (!record) throw new ReadError('it is no record of a judge: it has no intervals')
    return { part: { ...about, ...planOf(record) }, record }
  } catch (error) {
    if (error instanceof ReadError) throw new CliError(`${source}, part ${about.key}: ${error.message}`)
    throw error
  }
}

function planOf({ judge, plan }: JudgeRecord): PartPlan {
  switch (judge) {
    case 'sequential':
      return { judge, plan: readPlan(plan) }
    case 'threshold':
      return { judge, plan: readThresholdPlan(plan) }
    case 'kayenta':
      if (typeof plan !== 'object' || plan === null || !('config' in plan) || !('thresholds' in plan))
        throw new ReadError('its plan has no config and no thresholds')
      return { judge, plan: plan as KayentaPlan }
  }
}
