import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { succeed } from '../cluster/apiClient.ts'
import { CaseContext } from './caseContext.ts'
import { admissionCases } from './cases/admission.ts'
import { applyCases } from './cases/apply.ts'
import { authorizationCases } from './cases/authorization.ts'
import { autoscalerCases } from './cases/autoscalers.ts'
import { customResourceCases } from './cases/customResources.ts'
import { defaultsCases } from './cases/defaults.ts'
import { deletionCases } from './cases/deletion.ts'
import { deploymentCases } from './cases/deployments.ts'
import { endpointSliceCases } from './cases/endpointSlices.ts'
import { jobCases } from './cases/jobs.ts'
import { listCases } from './cases/lists.ts'
import { objectCases } from './cases/objects.ts'
import { ownedSetCases } from './cases/ownedSets.ts'
import { patchCases } from './cases/patches.ts'
import { subresourceCases } from './cases/subresources.ts'
import { tableCases } from './cases/tables.ts'
import { validationCases } from './cases/validation.ts'
import { watchCases } from './cases/watches.ts'
import type { ConformanceCase } from './conformanceCase.ts'
import { installFixtures } from './fixtures.ts'
import { GoldenFile } from './goldenFile.ts'
import type { Target } from './target.ts'

const areas: Record<string, ConformanceCase[]> = {
  objects: objectCases,
  authorization: authorizationCases,
  patches: patchCases,
  apply: applyCases,
  lists: listCases,
  tables: tableCases,
  watches: watchCases,
  subresources: subresourceCases,
  deletion: deletionCases,
  customResources: customResourceCases,
  defaults: defaultsCases,
  validation: validationCases,
  admission: admissionCases,
  deployments: deploymentCases,
  ownedSets: ownedSetCases,
  endpointSlices: endpointSliceCases,
  jobs: jobCases,
  autoscalers: autoscalerCases,
}

/**
 * Declares the cases as tests of a target. Each runs in a namespace of its own; its record must equal the one that a
 * real cluster made. With `recording` the record is written instead: only ever from a real cluster.
 */
export function conformanceSuite(start: () => Promise<{ target: Target; stop(): Promise<void> }>, { recording = false } = {}): void {
  let target: Target
  let stop: () => Promise<void>
  let remove: () => Promise<void>
  beforeAll(async () => {
    ;({ target, stop } = await start())
    remove = await installFixtures(target)
  }, 60_000)
  afterAll(async () => {
    await remove?.()
    await stop?.()
  })

  const run = Date.now().toString(36).slice(-5)
  let count = 0
  for (const [area, cases] of Object.entries(areas)) {
    describe(area, () => {
      const golden = new GoldenFile(area)
      for (const one of cases) {
        test(one.name, async () => {
          const suffix = `${run}x${++count}`
          const t = new CaseContext(target, { namespace: `conformance-${suffix}`, suffix, managedFields: one.managedFields })
          await openNamespace(t)
          try {
            await one.run(t)
          } finally {
            await t.end()
            await target.client('admin').send({ method: 'DELETE', path: `/api/v1/namespaces/${t.namespace}` })
          }
          if (recording) golden.record(one.name, t.transcript)
          else expect(t.transcript).toEqual(golden.transcript(one.name) ?? 'no record: run the cases on a real cluster with RECORD=1')
        })
      }
      if (recording) afterAll(() => golden.save(cases.map(({ name }) => name)))
    })
  }
}

async function openNamespace(t: CaseContext): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: t.namespace } }
  await succeed(t.target.client('admin'), { method: 'POST', path: '/api/v1/namespaces', body })
  // Pods are refused until their account is there.
  await t.eventually('service account', () => t.read({ kind: 'ServiceAccount', name: 'default' }))
  // Published by a controller at a moment of its own, it would turn up in watches.
  if (t.target.name === 'real') await t.eventually('root certificate', () => t.read({ kind: 'ConfigMap', name: 'kube-root-ca.crt' }))
}
