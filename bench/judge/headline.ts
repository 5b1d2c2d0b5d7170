import type { Cell } from './summary.ts'

interface WorldCells {
  readonly name: string
  readonly cells: Readonly<Record<string, Cell>>
}

const rivals = { ours: 'ours, alpha 5 %', kayenta: 'Kayenta each minute', fixed: 'fixed limit 2x normal, Argo-like' }

/** The few figures that the README quotes, of whole rollouts with error rate, latency, CPU and memory, by judge. */
export function headline(worlds: readonly WorldCells[]): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const of = (name: string, say: (cell: Cell) => string) => {
    const cells = worlds.find((world) => world.name === name)?.cells ?? {}
    return Object.fromEntries(
      Object.entries(rivals).flatMap(([key, rival]) => {
        const cell = cells[rival]
        return cell ? [[key, say(cell)]] : []
      }),
    )
  }
  const failed = ({ failed: { share, of: runs } }: Cell) => `${Number((100 * share).toPrecision(2))} % of ${runs.toLocaleString('en-US')}`
  const found = ({ failed: { share }, minutesToFail }: Cell) =>
    `${minutesToFail?.median ?? '-'} min (${Number((100 * share).toPrecision(3))} %)`
  return {
    'healthy release': of('rollout: as ever', failed),
    'errors x2': of('rollout: errors x2', found),
    'errors x5': of('rollout: errors x5', found),
    'latency +25 %': of('rollout: latency +25 %', found),
  }
}
