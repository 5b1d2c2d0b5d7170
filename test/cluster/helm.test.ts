import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { stringify } from 'yaml'
import { type HelmVersion, helm as runHelm } from '../chart/helm.ts'
import { deploymentObject, rolloutObject, shop } from '../dsl/objects.ts'
import { install, realCluster } from '../dsl/real.ts'
import { type Story, scenario, tellOn } from '../dsl/scenario.ts'
import { rolloutOf } from '../dsl/sight.ts'
import type { Json } from './apiClient.ts'
import type {} from './globalSetup.ts'

const kubeconfigs = inject('kubeconfigs')
const patienceMs = 240_000

/** A chart of an application: its Deployment and its Rollout; the version is a value, {{ .Values.version }}. */
function chart(folder: string, canary: Json): string {
  const templates = join(folder, 'templates')
  mkdirSync(templates, { recursive: true })
  writeFileSync(join(folder, 'Chart.yaml'), stringify({ apiVersion: 'v2', name: shop, version: '0.1.0' }))
  const rollout = rolloutObject({ workload: { kind: 'Deployment', name: shop }, canary })
  const deployment = deploymentObject({ version: '{{ .Values.version }}', replicas: 2 })
  writeFileSync(join(templates, 'app.yaml'), [deployment, rollout].map((object) => stringify(object)).join('---\n'))
  return folder
}

const folder = mkdtempSync(join(tmpdir(), 'serin-helm-'))
beforeAll(() => install(kubeconfigs.admin), patienceMs)
afterAll(() => rmSync(folder, { recursive: true }))

interface Said {
  code: number
  output: string
}

async function helm(version: HelmVersion, namespace: string, ...args: string[]): Promise<Said> {
  const { code, stdout, stderr } = await runHelm([...args, '-n', namespace, '--kubeconfig', kubeconfigs.admin], { version })
  return { code, output: stdout + stderr }
}

const told = async (tell: (story: Story) => Promise<void>): Promise<void> => {
  const cluster = realCluster({ kubeconfigs, seed: 1 })
  try {
    await tellOn(cluster, scenario('helm', tell))
  } finally {
    await cluster.stop()
  }
}

const walks = { steps: [{ weight: 50 }, { pause: { for: '3s' } }] }
const asks = { steps: [{ weight: 50 }, { pause: {} }] }
const release = (path: string, version: string, ...more: string[]) => [
  'upgrade',
  '--install',
  shop,
  path,
  '--set',
  `version=${version}`,
  ...more,
]

async function installed(helmVersion: 3 | 4, { world, then }: Story, canary: Json): Promise<string> {
  const path = chart(join(folder, `${world.namespace}`), canary)
  expect(await helm(helmVersion, world.namespace, ...release(path, 'v1', '--wait', '--timeout', '90s'))).toMatchObject({ code: 0 })
  await then.phaseIs('Healthy')
  return path
}

describe('helm 4', () => {
  const version = 4
  test('--wait comes back when the release is promoted, not before', { timeout: patienceMs }, () =>
    told(async (story) => {
      const path = await installed(version, story, walks)
      expect(await helm(version, story.world.namespace, ...release(path, 'v2', '--wait', '--timeout', '150s'))).toMatchObject({ code: 0 })
      expect((await rolloutOf(story.world))?.status).toMatchObject({ phase: 'Healthy', stable: { images: ['demo:v2'] } })
      await story.then.runsWere('Promoted')
    }),
  )

  test('at the time-out --wait fails, and the run goes on', { timeout: patienceMs }, () =>
    told(async (story) => {
      const path = await installed(version, story, asks)
      expect(await helm(version, story.world.namespace, ...release(path, 'v2', '--wait', '--timeout', '8s'))).toMatchObject({ code: 1 })
      await story.then.runIs({ id: 1, step: 1 })
      await story.when.asks('promote')
      await story.then.lastRunWas('Promoted', { id: 1 })
    }),
  )

  test(
    'at the time-out --rollback-on-failure ends the run as Superseded, and no pod of the old version restarts',
    { timeout: patienceMs },
    () =>
      told(async (story) => {
        const path = await installed(version, story, asks)
        const said = await helm(
          version,
          story.world.namespace,
          ...release(path, 'v2', '--wait', '--rollback-on-failure', '--timeout', '20s'),
        )
        expect(said).toMatchObject({ code: 1 })
        await story.then.lastRunWas('Superseded', { id: 1 })
        await story.then.phaseIs('Healthy')
        await story.then.everHadPods('v1', 2)
        await story.then.noPodRestarted('v1')
      }),
  )
})

// Helm 3 takes a paused Deployment for ready, and knows nothing of other kinds.
test.each(['--wait', '--atomic'])('helm 3 with %s comes back at once, and the run goes on', { timeout: patienceMs }, (flag) =>
  told(async (story) => {
    const path = await installed(3, story, asks)
    expect(await helm(3, story.world.namespace, ...release(path, 'v2', flag, '--timeout', '60s'))).toMatchObject({ code: 0 })
    expect((await rolloutOf(story.world))?.status.stable.images).toEqual(['demo:v1'])
    await story.then.runIs({ id: 1, step: 1 })
    await story.when.asks('promote')
    await story.then.lastRunWas('Promoted', { id: 1 })
  }),
)
