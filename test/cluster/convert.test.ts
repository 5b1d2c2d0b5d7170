import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { convert } from '../../controller/src/convert/convert.ts'
import { manifestsText } from '../../controller/src/convert/manifests.ts'
import { examples } from '../../controller/src/convert/testing/examples.ts'
import { install } from '../dsl/real.ts'
import type { Json } from './apiClient.ts'
import { clusterClients } from './clusterClients.ts'
import { installGatewayApi } from './gatewayApi.ts'
import type {} from './globalSetup.ts'

/**
 * What `serin convert` makes, held against the API server by a strict dry run: our own examples, and whole folders of other people's manifests
 * where SERIN_CONVERT_CORPUS names one, say a checkout of the examples and tests of Argo Rollouts, Flagger or Kruise Rollouts.
 */

const { client, close } = clusterClients()
const admin = client('admin')
const corpus = process.env.SERIN_CONVERT_CORPUS
const places: Readonly<Record<string, string>> = {
  Service: '/api/v1/namespaces/default/services',
  Deployment: '/apis/apps/v1/namespaces/default/deployments',
  HorizontalPodAutoscaler: '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
  HTTPRoute: '/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes',
  ...Object.fromEntries(
    ['Rollout', 'AnalysisTemplate', 'MetricSource', 'Notifier'].map((kind) => [
      kind,
      `/apis/serin.dev/v1alpha1/namespaces/default/${kind.toLowerCase()}s`,
    ]),
  ),
  ...Object.fromEntries(
    ['ClusterAnalysisTemplate', 'ClusterMetricSource'].map((kind) => [kind, `/apis/serin.dev/v1alpha1/${kind.toLowerCase()}s`]),
  ),
}
// Of these the API server has no definition here; who installed it has.
const foreign = ['ScaledObject', 'VerticalPodAutoscaler']

beforeAll(async () => {
  await installGatewayApi(admin)
  await install(inject('kubeconfigs').admin)
}, 240_000)
afterAll(close)

/** What the API server says against the objects that are made of a text, and how many those are. */
async function refusals(file: string, text: string): Promise<{ made: number; refused: string[] }> {
  const { objects, findings } = convert([{ file, text }])
  expect(findings.filter(({ what }) => what.includes('mistake of this program'))).toEqual([])
  const written = manifestsText(objects.filter(({ unchanged }) => !unchanged))
  const made: Json[] = parseAllDocuments(written).flatMap((document) => document.toJS() ?? [])
  const refused: string[] = []
  for (const { metadata, ...object } of made.filter(({ kind }) => !foreign.includes(kind))) {
    const path = places[object.kind]
    if (path === undefined) throw new Error(`${file}: a ${object.kind}, which this test does not know`)
    const { namespace: _, ...anywhere } = metadata
    const { status, json } = await admin.send({
      method: 'POST',
      path: `${path}?dryRun=All&fieldValidation=Strict`,
      body: { ...object, metadata: anywhere },
    })
    if (status !== 201) refused.push(`${object.kind} ${metadata.name}: ${json?.message}`)
  }
  return { made: made.length, refused }
}

test.each(examples)('everything that is made of $name is accepted', async ({ file, text, name }) => {
  const { made, refused } = await refusals(file, text)
  expect(refused).toEqual([])
  if (!name.startsWith('kayenta/broken')) expect(made).toBeGreaterThan(0)
})

test.skipIf(corpus === undefined)('everything that is made of SERIN_CONVERT_CORPUS is accepted', { timeout: 600_000 }, async () => {
  const folder = corpus ?? ''
  expect(existsSync(folder)).toBe(true)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.(ya?ml|json)$/.test(path))
  expect(files.length).toBeGreaterThan(0)
  let all = 0
  for (const path of files.sort()) {
    const { made, refused } = await refusals(path, readFileSync(join(folder, path), 'utf8'))
    all += made
    expect({ path, refused }).toEqual({ path, refused: [] })
  }
  console.log(`${all} objects of ${files.length} files were accepted`)
})
