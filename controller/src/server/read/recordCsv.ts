import type { Interval, Measurement } from '@serin/analysis'
import type { PartRecord } from '../../evidence/record.ts'

const arms = ['canary', 'baseline'] as const
const fields = ['bad', 'total', 'count', 'exposure', 'buckets', 'values', 'samples'] as const

/** A record's intervals as the CSV that `serin judge -f` reads: one metric and interval a row. */
export function csvOf({ intervals }: PartRecord): string {
  const header = ['interval', 'metric', 'form', 'weight', ...arms.flatMap((arm) => fields.map((field) => `${arm}_${field}`))]
  return `${[header, ...intervals.flatMap(rowsOf)].map((cells) => cells.map(quoted).join(',')).join('\n')}\n`
}

function rowsOf({ interval, weight, metrics }: Interval): string[][] {
  return Object.entries(metrics).map(([name, measured]) => [
    String(interval),
    name,
    measured.form,
    weight === undefined ? '' : String(weight),
    ...arms.flatMap((arm) => fields.map((field) => cellOf(measured, arm, field))),
  ])
}

function cellOf(measured: Measurement, arm: (typeof arms)[number], field: (typeof fields)[number]): string {
  const value = (measured[arm] as Partial<Record<string, unknown>> | undefined)?.[field]
  if (typeof value === 'number') return String(value)
  if (!Array.isArray(value)) return ''
  if (field === 'buckets')
    return (value as [number, number][]).map(([edge, count]) => `${edge === Number.POSITIVE_INFINITY ? '+Inf' : edge}:${count}`).join(';')
  return value.join(';')
}

const quoted = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
