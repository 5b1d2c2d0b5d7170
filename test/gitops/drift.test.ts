import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import type { Json } from '../cluster/apiClient.ts'
import { deploymentObject, routeObject, serviceObject, shop } from '../dsl/objects.ts'
import { type Course, courses } from './courses.ts'
import { drift, type Ignored } from './drift.ts'
import { recorded } from './recorded.ts'

vi.setConfig({ testTimeout: 120_000 })

/** The very text of the guide. */
function documented(): Ignored[] {
  const guide = readFileSync(new URL('../../docs/guides/gitops-and-ci.md', import.meta.url), 'utf8')
  const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text))
  const found = blocks.find(({ kind, spec }) => kind === 'Application' && spec.ignoreDifferences)
  if (!found) throw new Error('the guide shows no ignoreDifferences')
  return found.spec.ignoreDifferences
}

/** What the repository says at a moment of a course: the newest version that was asked for. */
function wantedFor(live: Json): Json | undefined {
  if (live.metadata.name !== shop || live.metadata.deletionTimestamp) return undefined
  if (live.kind === 'Deployment') return deploymentObject({ version: live.spec.template.spec.containers[0].image.replace('demo:', '') })
  if (live.kind === 'Service') return serviceObject()
  return live.kind === 'HTTPRoute' ? routeObject() : undefined
}

/** What Argo CD shows as different, with how often, over all moments of a course. */
async function driftOver(
  course: Course,
  ignored: readonly Ignored[],
  as: (live: Json) => Json = (live) => live,
): Promise<Record<string, number>> {
  const seen: Record<string, number> = {}
  for (const live of await recorded(courses[course])) {
    const wanted = wantedFor(live)
    if (!wanted) continue
    for (const pointer of drift({ live: as(live), wanted, ignored })) {
      const what = `${live.kind} ${pointer}`
      seen[what] = (seen[what] ?? 0) + 1
    }
  }
  return seen
}

/** As an object looks that was made by client-side apply of what the repository says. */
function clientSideApplied(live: Json): Json {
  const wanted = wantedFor(live)
  const annotations = { ...live.metadata.annotations, 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(wanted) }
  return { ...live, metadata: { ...live.metadata, annotations } }
}

const runs: Course[] = ['promoted', 'reapplied', 'rolledBack', 'waitsForPeople', 'superseded', 'undone']

describe('with the ignoreDifferences of the guide nothing differs at any moment', () => {
  test.each(runs)('%s, applied on the server', async (course) => {
    expect(await driftOver(course, documented())).toEqual({})
  })
  test.each(runs)('%s, applied by the client', async (course) => {
    expect(await driftOver(course, documented(), clientSideApplied)).toEqual({})
  })
})

test('without them the held rules of the route differ, and nothing else: what the repository does not speak of is no drift', async () => {
  for (const course of runs) expect(Object.keys(await driftOver(course, []))).toEqual(['HTTPRoute /spec/rules/0/backendRefs'])
})

test('a repository that says paused: false needs the entry of the Deployment', async () => {
  const held = (await recorded(courses.promoted)).filter(({ kind, spec }) => kind === 'Deployment' && spec.paused)
  const seen = (ignored: readonly Ignored[]) =>
    held.flatMap((live) => {
      const wanted = wantedFor(live)
      return drift({ live, wanted: { ...wanted, spec: { ...wanted.spec, paused: false } }, ignored })
    })
  expect(new Set(seen([]))).toEqual(new Set(['/spec/paused']))
  expect(seen(documented())).toEqual([])
})

test('an edit that is not held is still seen', async () => {
  for (const live of await recorded(courses.promoted)) {
    if (live.metadata.name !== shop || live.kind !== 'HTTPRoute') continue
    const wanted = { ...routeObject(), spec: { ...routeObject().spec, hostnames: ['other.example.com'] } }
    expect(drift({ live, wanted, ignored: documented() })).toEqual(['/spec/hostnames/0'])
  }
})

test('managedFieldsManagers: [serin] does for a run that nobody disturbs, and not for one whose objects are applied again', async () => {
  const managers: Ignored[] = documented().map(({ jsonPointers: _, ...rest }) => ({ ...rest, managedFieldsManagers: ['serin'] }))
  expect(await driftOver('promoted', managers)).toEqual({})
  expect(Object.keys(await driftOver('reapplied', managers))).toEqual(['HTTPRoute /spec/rules/0/backendRefs'])
})

test('what Serin makes has an owner: no tool that prunes takes it for something that is gone from the repository', async () => {
  for (const course of [...runs, 'evidence'] as const) {
    const made = (await recorded(courses[course])).filter(({ kind, metadata }) =>
      kind === 'Service' ? metadata.name !== shop : ['ReplicaSet', 'AnalysisRun'].includes(kind),
    )
    expect(made.length).toBeGreaterThan(0)
    for (const { metadata } of made) expect(metadata.ownerReferences?.length ?? 0).toBeGreaterThan(0)
  }
})
