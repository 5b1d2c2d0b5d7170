import type { z } from 'zod'
import { JudgePlan } from '../plan.ts'
import { problems } from './problems.ts'
import { ReadError } from './readError.ts'

/** A plan in the user's words, defaults filled in. Throws a ReadError that says every fault of it. */
export function readPlan(value: unknown): JudgePlan {
  return readBy(JudgePlan, value, 'the plan')
}

/** A value by its schema. Throws a ReadError whose message has a line for every fault. */
export function readBy<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  throw new ReadError(`${what} cannot be used: ${problems(schema, value, read.error).join('; ')}`)
}
