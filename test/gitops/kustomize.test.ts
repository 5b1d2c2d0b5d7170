import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { lintText } from '../../controller/src/api/lintText.ts'
import { type Kubectl, kubectlFor } from '../../sandbox/src/apiserver/testing/kubectl.ts'
import type { Json } from '../cluster/apiClient.ts'

vi.setConfig({ testTimeout: 60_000 })

const examples = fileURLToPath(new URL('../../examples/kustomize/', import.meta.url))
let kubectl: Kubectl
beforeAll(async () => {
  kubectl = await kubectlFor('http://no.cluster.is.asked')
}, 60_000)
afterAll(() => kubectl.dispose())

async function rendered(folder: string): Promise<{ text: string; object(kind: string): Json }> {
  const { code, stdout, stderr } = await kubectl.run(['kustomize', folder])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const objects = parseAllDocuments(stdout).map((document) => document.toJS())
  return { text: stdout, object: (kind) => objects.find((one) => one.kind === kind) }
}

test('images: changes the Deployment, and the Rollout needs nothing', async () => {
  const [base, staging] = [await rendered(join(examples, 'base')), await rendered(join(examples, 'staging'))]
  const image = ({ spec }: Json): string => spec.template.spec.containers[0].image
  expect([image(base.object('Deployment')), image(staging.object('Deployment'))]).toEqual(['nginx:1.28-alpine', 'nginx:1.29-alpine'])
  expect(lintText(base.text, { complete: true })).toEqual([])
})

test('namePrefix: the names in the Rollout and in the route follow', async () => {
  const { text, object } = await rendered(join(examples, 'staging'))
  const { workload, service, traffic } = object('Rollout').spec
  const named = [workload.name, service, traffic.routes[0].name, object('HTTPRoute').spec.rules[0].backendRefs[0].name]
  expect(named).toEqual(named.map(() => 'staging-checkout'))
  expect(lintText(text, { complete: true })).toEqual([])
})

/** Objects that name others in every way that ours can, and one that names something elsewhere. */
const objects: Json[] = [
  {
    kind: 'Rollout',
    metadata: { name: 'shop' },
    spec: {
      workload: { kind: 'Deployment', name: 'shop' },
      blueGreen: { previewService: 'preview' },
      analysis: { templates: [{ name: 'http' }, { name: 'common', scope: 'Cluster' }], before: { templates: [{ name: 'http' }] } },
      canary: { steps: [{ analyze: { templates: [{ name: 'http' }] } }] },
    },
  },
  { kind: 'AnalysisTemplate', metadata: { name: 'http' }, spec: { metrics: [{ name: 'errors', source: { name: 'shop' } }] } },
  { kind: 'MetricSource', metadata: { name: 'shop' }, spec: { auth: { bearer: { tokenRef: { name: 'token', key: 'token' } } } } },
].map((object) => ({ apiVersion: 'serin.dev/v1alpha1', ...object }))

test('namePrefix: templates, sources and Secrets follow; what is not in the same place keeps its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'serin-kustomize-'))
  const write = (name: string, ...documents: Json[]) =>
    writeFileSync(join(folder, name), documents.map((one) => stringify(one)).join('---\n'))
  try {
    const more = [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'preview' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' } },
    ]
    write('objects.yaml', ...objects, ...more)
    copyFileSync(join(examples, 'base/kustomizeconfig.yaml'), join(folder, 'kustomizeconfig.yaml'))
    write('kustomization.yaml', { resources: ['objects.yaml'], configurations: ['kustomizeconfig.yaml'], namePrefix: 'pr-7-' })
    const { object } = await rendered(folder)
    const { workload, blueGreen, analysis, canary } = object('Rollout').spec
    expect(workload.name).toBe('shop')
    expect(blueGreen.previewService).toBe('pr-7-preview')
    expect(analysis.templates.map(({ name }: Json) => name)).toEqual(['pr-7-http', 'common'])
    expect(analysis.before.templates[0].name).toBe('pr-7-http')
    expect(canary.steps[0].analyze.templates[0].name).toBe('pr-7-http')
    expect(object('AnalysisTemplate').spec.metrics[0].source.name).toBe('pr-7-shop')
    expect(object('MetricSource').spec.auth.bearer.tokenRef.name).toBe('pr-7-token')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
