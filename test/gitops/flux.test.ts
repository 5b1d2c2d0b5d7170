import { readFileSync } from 'node:fs'
import { evaluate } from '@marcbachmann/cel-js'
import { expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import type { Json } from '../cluster/apiClient.ts'
import { courses } from './courses.ts'
import { kstatusOf } from './kstatus.ts'
import { recorded } from './recorded.ts'

vi.setConfig({ testTimeout: 120_000 })

const example = parse(readFileSync(new URL('../../examples/flux/kustomization.yaml', import.meta.url), 'utf8'))
const [expressions] = example.spec.healthCheckExprs

/** As Flux does it: in progress first, then failed, then current; an expression that cannot be told is an error. */
function fluxStatusOf({ metadata, spec, status = {} }: Json): string {
  const seen = { metadata: { ...metadata, generation: BigInt(metadata.generation) }, spec, status: whole(status) }
  if (evaluate(expressions.inProgress, seen)) return 'InProgress'
  if (evaluate(expressions.failed, seen)) return 'Failed'
  return evaluate(expressions.current, seen) ? 'Current' : 'InProgress'
}

/** Whole numbers of JSON are ints of CEL. */
function whole(value: Json): Json {
  if (Array.isArray(value)) return value.map(whole)
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, whole(item)]))
  return Number.isInteger(value) ? BigInt(value) : value
}

test.each(Object.entries(courses))(
  '%s: the expressions say what kstatus says, and a Rollout that nobody has seen is in progress',
  async (_, course) => {
    const rollouts = (await recorded(course)).filter(({ kind, metadata }) => kind === 'Rollout' && !metadata.deletionTimestamp)
    expect(rollouts.length).toBeGreaterThan(2)
    for (const rollout of rollouts) {
      expect(fluxStatusOf(rollout)).toBe(rollout.status?.phase === undefined ? 'InProgress' : kstatusOf(rollout))
    }
  },
)
