import type { RampCell } from './ramp.ts'

/** What a simulation of the bare kernel gave, without engines, dispersion and history: minutes, and bad answers beyond those of the old version. */
export interface Expected {
  readonly promoted?: number
  readonly minutes?: readonly [median: number, p90: number]
  readonly bad?: readonly [median: number, p90: number]
}

export interface ExpectedCell {
  readonly cell: RampCell
  readonly kind: 'healthy' | 'x2' | 'x5' | 'all fail' | 'late' | 'margin' | 'bare'
  readonly expected: Expected
}

interface Row {
  readonly rps: number
  readonly rate: number
  readonly seconds: number
  readonly hours?: number
  readonly fixed?: number
  readonly healthy: Expected
  readonly x2?: Expected
  readonly x5?: Expected
  readonly allFail?: Expected
}

function fault(bad: readonly [number, number], minutes?: number): Expected {
  return { bad, ...(minutes === undefined ? {} : { minutes: [minutes, minutes] }) }
}

const rows: readonly Row[] = [
  {
    rps: 10,
    rate: 0.005,
    seconds: 60,
    hours: 4,
    healthy: { promoted: 0.991, minutes: [36, 75] },
    x2: fault([34, 63], 30),
    x5: fault([10, 16], 8),
    allFail: fault([6, 9], 1),
  },
  {
    rps: 100,
    rate: 0.005,
    seconds: 60,
    healthy: { promoted: 0.999, minutes: [6, 10] },
    x2: fault([41, 70], 5),
    x5: fault([12, 40], 2),
    allFail: fault([60, 69], 1),
  },
  {
    rps: 100,
    rate: 0.005,
    seconds: 15,
    healthy: { promoted: 0.999, minutes: [4, 8] },
    x2: fault([36, 64], 3),
    x5: fault([12, 19], 1),
    allFail: fault([15, 20], 0.25),
  },
  {
    rps: 1000,
    rate: 0.005,
    seconds: 15,
    healthy: { promoted: 1, minutes: [1, 1.3] },
    x2: fault([48, 78], 1),
    x5: fault([16, 24], 0.5),
    allFail: fault([149, 165], 0.25),
  },
  {
    rps: 1000,
    rate: 0.001,
    seconds: 60,
    healthy: { promoted: 1, minutes: [4, 4] },
    x5: fault([14, 54], 2),
    allFail: fault([599, 630], 1),
  },
  { rps: 1, rate: 0.02, seconds: 60, hours: 4, healthy: { promoted: 0.81, minutes: [107, 204] } },
  {
    rps: 100,
    rate: 0.005,
    seconds: 60,
    fixed: 10,
    healthy: { promoted: 0.997, minutes: [9, 18] },
    x2: fault([23, 33], 7),
    allFail: fault([599, 630], 1),
  },
]

function cellsOf({ rps, rate, seconds, hours = 2, fixed, healthy, x2, x5, allFail }: Row): readonly ExpectedCell[] {
  const service = `${rps} rps, ${rate * 100} %, ${seconds} s${fixed === undefined ? '' : `, fixed ${fixed} %`}`
  const base = { rps, rate, seconds, deadline: hours * 3600, ...(fixed === undefined ? {} : { fixed }) }
  const cell = (kind: ExpectedCell['kind'], factor: number, extra: number, expected: Expected | undefined): ExpectedCell[] =>
    expected ? [{ kind, expected, cell: { ...base, name: `${service}: ${kind}`, factor, extra } }] : []
  return [...cell('healthy', 1, 0, healthy), ...cell('x2', 2, 0, x2), ...cell('x5', 5, 0, x5), ...cell('all fail', 1, 1, allFail)]
}

const busy = { rps: 100, rate: 0.005, seconds: 60, deadline: 7200 }

export const rampCells: readonly ExpectedCell[] = [
  ...rows.flatMap(cellsOf),
  { kind: 'bare', expected: {}, cell: { ...busy, name: 'no history: healthy', factor: 1, bare: true } },
  { kind: 'bare', expected: {}, cell: { ...busy, name: 'no history: x2', factor: 2, bare: true } },
  { kind: 'bare', expected: {}, cell: { ...busy, name: 'no history: x5', factor: 5, bare: true } },
  { kind: 'late', expected: {}, cell: { ...busy, name: 'x2 from the 50 % step', factor: 2, from: 50 } },
  { kind: 'late', expected: {}, cell: { ...busy, name: 'x3 from the 50 % step', factor: 3, from: 50 } },
  { kind: 'margin', expected: {}, cell: { ...busy, name: 'exactly at the final margin', factor: 1.5, extra: 0.001 } },
]
