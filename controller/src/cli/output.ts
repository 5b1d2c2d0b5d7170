import { stringify } from 'yaml'
import type { Io } from './io.ts'

export type Format = 'table' | 'json' | 'yaml'
export const formats: readonly Format[] = ['table', 'json', 'yaml']

/** Prints a value for machines. managedFields are left out: nobody reads them. */
export function print(io: Io, format: 'json' | 'yaml', value: unknown): void {
  const clean = withoutManagedFields(value)
  io.out(format === 'json' ? `${JSON.stringify(clean, null, 2)}\n` : stringify(clean, { aliasDuplicateObjects: false, lineWidth: 0 }))
}

export function lines(io: Io, text: readonly string[]): void {
  if (text.length > 0) io.out(`${text.join('\n')}\n`)
}

function withoutManagedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutManagedFields)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, field]) => key !== 'managedFields' && field !== undefined)
      .map(([key, field]) => [key, withoutManagedFields(field)]),
  )
}
