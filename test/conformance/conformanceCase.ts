import type { CaseContext } from './caseContext.ts'

export interface ConformanceCase {
  name: string
  /** Whether metadata.managedFields is part of what is compared. */
  managedFields: boolean
  run(t: CaseContext): Promise<void>
}

/**
 * One behaviour of the API, run on every cluster. What the context records must be the same on all of them; what the
 * case asserts by itself is the point of it.
 */
export function conformance(name: string, run: ConformanceCase['run'], options: { managedFields?: boolean } = {}): ConformanceCase {
  return { name, run, managedFields: options.managedFields ?? false }
}
