import { expect, it } from 'vitest'
import type { CommandView } from '../../../../controller/src/server/dto/detail.ts'
import type { Report } from '../../../../controller/src/server/dto/evidence.ts'
import { commandsOf, tookSeconds } from './run.ts'

const version = { hash: 'a', images: [] }
const report: Report = {
  namespace: 'shop',
  name: 'web',
  run: 4,
  startedAt: '2026-03-14T10:00:00Z',
  ended: {
    id: 4,
    from: version,
    to: version,
    result: 'Promoted',
    because: '',
    startedAt: '2026-03-14T10:00:00Z',
    endedAt: '2026-03-14T10:20:00Z',
  },
  from: version,
  to: version,
  verdict: '',
  analyses: [],
  similar: [],
}
const command = (name: string, askedAt: string, run?: number): CommandView => ({
  name,
  action: 'pause',
  phase: 'Done',
  message: '',
  askedAt,
  ...(run === undefined ? {} : { run }),
})

it('a run shows the commands aimed at it, and those given during it that were aimed at none', () => {
  const commands = [
    command('late', '2026-03-14T10:21:00Z'),
    command('during', '2026-03-14T10:10:00Z'),
    command('aimed elsewhere', '2026-03-14T10:11:00Z', 3),
    command('aimed', '2026-03-14T09:59:59Z', 4),
  ]
  expect(commandsOf(commands, report).map(({ name }) => name)).toEqual(['aimed', 'during'])
  const { ended, ...running } = report
  expect(commandsOf(commands, running).map(({ name }) => name)).toEqual(['aimed', 'during', 'late'])
  expect(ended?.id).toBe(4)
})

it('a run takes from its begin to its end, or to now', () => {
  expect(tookSeconds(report, 0)).toBe(1200)
  const { ended: _, ...running } = report
  expect(tookSeconds(running, Date.parse('2026-03-14T10:01:00Z'))).toBe(60)
  expect(tookSeconds(running, Date.parse('2026-03-14T09:00:00Z'))).toBe(0)
})
