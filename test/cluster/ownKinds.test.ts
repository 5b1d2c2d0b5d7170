import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { crdOf } from '../../controller/src/api/crd.ts'
import { kindNamed, kinds } from '../../controller/src/api/kinds.ts'
import { apiVersion, group } from '../../controller/src/api/rollout.ts'
import { kindCases } from '../../controller/src/api/testing/kindCases.ts'
import { type ApiClient, apply, type Json, succeed } from './apiClient.ts'
import { clusterClients } from './clusterClients.ts'

/** Serin's own kinds on a real API server: it takes their definitions, what they allow, and refuses what their rules forbid. */

const { client, close } = clusterClients()
const admin: ApiClient = client('admin')

beforeAll(async () => {
  for (const definition of kinds.map(crdOf)) {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}`
    await apply(admin, path, definition)
    for (let tries = 0; ; tries++) {
      const { NamesAccepted, Established } = conditions(await succeed(admin, { method: 'GET', path }))
      if (NamesAccepted === 'True' && Established === 'True') break
      if (tries === 100) throw new Error(`${definition.metadata.name} is not established`)
      await sleep(50)
    }
  }
})
afterAll(close)

function conditions({ status }: Json): Record<string, string> {
  return Object.fromEntries((status?.conditions ?? []).map((one: Json) => [one.type, one.status]))
}

async function created(kind: string, spec: unknown): Promise<{ status: number; message: string }> {
  const { plural, scope } = kindNamed(kind)
  const place = scope === 'Cluster' ? '' : 'namespaces/default/'
  const path = `/apis/${apiVersion}/${place}${plural}?fieldValidation=Strict&dryRun=All`
  const body = { apiVersion, kind, metadata: { name: 'own-kinds' }, spec }
  let result = await admin.send({ method: 'POST', path, body })
  // A kind is served a moment after it is established.
  for (let tries = 0; result.status === 404 && tries < 100; tries++) {
    await sleep(100)
    result = await admin.send({ method: 'POST', path, body })
  }
  return { status: result.status, message: result.json?.message ?? '' }
}

describe.each(kindCases)('$kind', ({ kind, valid, refused }) => {
  test('what it allows is taken', async () => {
    for (const spec of fc.sample(valid, 25)) expect({ spec, ...(await created(kind, spec)) }).toMatchObject({ status: 201 })
  })

  test.each(Object.entries(refused))('%s is refused by a rule', async (_, spec) => {
    const { status, message } = await created(kind, spec)
    expect(status).toBe(422)
    expect(message).toMatch(new RegExp(`^${kind}.${group} "own-kinds" is invalid: \\[?spec`))
    expect(message).not.toContain('unknown field')
  })
})

test('what an analysis measures cannot change, and its status has room for a long record', async () => {
  const name = `own-kinds-${Date.now().toString(36)}`
  const all = `/apis/${apiVersion}/namespaces/default/analysisruns`
  const metrics = [{ name: 'errors', ratio: { bad: 'a', total: 'b' } }]
  const spec = { metrics, arms: { canary: { pods: 'web-1-.*' } } }
  const body = { apiVersion, kind: 'AnalysisRun', metadata: { name }, spec }
  const made = await succeed(admin, { method: 'POST', path: all, body })
  try {
    const path = `${all}/${name}`
    const changed = await admin.send({ method: 'PUT', path, body: { ...made, spec: { ...made.spec, interval: '1m' } } })
    expect(changed).toMatchObject({ status: 422, json: { message: expect.stringContaining('make a new one') } })
    const status = { phase: 'Running', message: 'long', record: 'x'.repeat(1_150_000) }
    const written = await admin.send({ method: 'PUT', path: `${path}/status`, body: { ...made, status } })
    expect({ status: written.status, length: written.json?.status?.record?.length }).toEqual({ status: 200, length: 1_150_000 })
    // One line says who wrote it, not one for each field.
    const writers = written.json.metadata.managedFields.filter(({ subresource }: Json) => subresource === 'status')
    expect(writers.map(({ fieldsV1 }: Json) => fieldsV1)).toEqual([{ 'f:status': {} }])
  } finally {
    await succeed(admin, { method: 'DELETE', path: `${all}/${name}` })
  }
})
