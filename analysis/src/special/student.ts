import { logBetaLower } from './beta.ts'
import { log1mExp } from './logSpace.ts'

/** log of the chance that a Student t variable with `df` > 0 degrees of freedom exceeds t. */
export function logStudentTail(t: number, df: number): number {
  if (!(df > 0) || Number.isNaN(t)) throw new RangeError(`logStudentTail needs a number and df > 0, got ${t} and ${df}`)
  if (t < 0) return log1mExp(logStudentTail(-t, df))
  const quotient = (t / Math.sqrt(df)) ** 2
  if (quotient === Infinity) return -Infinity
  return logBetaLower(1 / (1 + quotient), df / 2, 0.5, quotient / (1 + quotient)) - Math.LN2
}
