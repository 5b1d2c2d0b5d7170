import { type Interval, planFor } from '@serin/analysis'
import { expect, test, vi } from 'vitest'
import { iso } from '../../api/fields.ts'
import type { Part } from '../../evidence/parts.ts'
import type { KubeClient } from '../../kube/types.ts'
import type { AnalysisObject } from '../../rollout/observed.ts'
import { at } from '../../rollout/testing/observed.ts'
import { withUnsteady } from './unsteady.ts'

const minute = 60_000
const part = { judge: 'sequential', plan: planFor([{ name: 'errors', form: 'ratio' }]), step: minute } as unknown as Part
const analysis = {
  metadata: { namespace: 'shop' },
  spec: { arms: { baseline: { pods: 'web-one-.*', hash: 'one' } } },
} as unknown as AnalysisObject

/** The second minute, in which the canary was told 20 % of a thousand requests. */
const second = (got: number): Interval => ({
  interval: 2,
  weight: 20,
  metrics: { errors: { form: 'ratio', canary: { bad: 0, total: got }, baseline: { bad: 0, total: 1000 - got } } },
})

const steady = { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: iso(at) }] }
const endedAt = (ms: number) => ({
  ...steady,
  containerStatuses: [{ restartCount: 1, state: { running: {} }, lastState: { terminated: { finishedAt: iso(ms) } } }],
})

/** Whether the second minute is marked, and whether pods were read for it. */
async function looked(got: number, ...pods: object[]): Promise<{ marked: boolean; reads: number }> {
  const list = vi.fn(async () => pods.map((status) => ({ kind: 'Pod', metadata: { name: 'web-one-a' }, status })))
  const beginOf = ({ interval }: Interval) => at + (interval - 1) * minute
  const [row] = await withUnsteady([second(got)], analysis, part, beginOf, { list } as unknown as KubeClient)
  return { marked: row?.baselineUnsteady === true, reads: list.mock.calls.length }
}

test('pods are read only where the canary has more than its share and a quarter', async () => {
  expect(await looked(250, endedAt(at + 90_000))).toEqual({ marked: false, reads: 0 })
  expect(await looked(100, endedAt(at + 90_000))).toEqual({ marked: false, reads: 0 })
  expect(await looked(600, steady)).toEqual({ marked: false, reads: 1 })
})

test('a container of the baseline that ended in the interval makes it unsteady, one that ended before does not', async () => {
  expect(await looked(600, steady, endedAt(at + 90_000))).toEqual({ marked: true, reads: 1 })
  expect(await looked(600, steady, endedAt(at + 30_000))).toEqual({ marked: false, reads: 1 })
})

test('so does a baseline of which no pod was ready all along', async () => {
  const late = { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: iso(at + 90_000) }] }
  const unready = { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: iso(at) }] }
  expect(await looked(600, late, unready)).toEqual({ marked: true, reads: 1 })
  expect(await looked(600)).toEqual({ marked: true, reads: 1 })
  expect(await looked(600, steady, late, unready)).toEqual({ marked: false, reads: 1 })
})
