import { CalibrationError, PlannerError, TableError } from '@serin/analysis'
import { KayentaError } from '@serin/analysis/kayenta'
import { CliError } from '../exit.ts'

/** What the library refuses is the table's or the plan's fault, not a bug: a CliError with its sentence. */
export function guarded<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    const known = [TableError, KayentaError, CalibrationError, PlannerError].some((kind) => error instanceof kind)
    if (known && error instanceof Error) throw new CliError(error.message)
    throw error
  }
}
