import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { argoCdActions } from '../../../scripts/generate/argoCd.ts'
import type { Json } from '../../cluster/apiClient.ts'
import { embeddedCluster } from '../../dsl/embedded.ts'
import { errors, shopWithAnalysis } from '../../dsl/evidence.ts'
import { twentyThenAsk } from '../../dsl/objects.ts'
import { type Story, scenario, tellOn } from '../../dsl/scenario.ts'
import { rolloutOf } from '../../dsl/sight.ts'
import { argoCdScripts, type Scripts } from './lua.ts'
import { actionScripts, discoveryScript, folder } from './settings.ts'

let scripts: Scripts
beforeAll(async () => {
  scripts = await argoCdScripts()
})

type Names = string[]

/** Moments of a Rollout, and the buttons that are to be had there. */
const moments: Record<string, { tell(story: Story): Promise<void>; buttons: Names }> = {
  'at rest, with its first version': {
    tell: ({ given }) => given.shopWithRoute({ canary: twentyThenAsk }),
    buttons: ['restart'],
  },
  'at a step that goes on by itself': {
    async tell({ given, when, then }) {
      await given.shopWithRoute({ canary: twentyThenAsk, progressDeadline: '10m' })
      await when.imageBecomes('unready')
      await then.runIs({ stage: 'Stepping', step: 0 })
    },
    buttons: ['abort', 'pause', 'promote-full'],
  },
  'at a pause without an end': {
    async tell({ given, when, then }) {
      await given.shopWithRoute({ canary: twentyThenAsk })
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
    },
    buttons: ['abort', 'pause', 'promote', 'promote-full'],
  },
  'paused by somebody': {
    async tell({ given, when, then }) {
      await given.shopWithRoute({ canary: twentyThenAsk })
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await then.commandWas(await when.asks('pause'), 'Done')
    },
    buttons: ['abort', 'promote-full', 'resume'],
  },
  'waiting for evidence': {
    async tell(story) {
      await shopWithAnalysis(story, { metrics: [errors], historyMs: 1_000, rps: 20 })
      await story.when.imageBecomes('v2')
      await story.then.runIs({ step: 1 })
    },
    buttons: ['abort', 'pause', 'promote', 'promote-full'],
  },
  'being promoted': {
    async tell({ given, when, then }) {
      await given.shopWithRoute({ canary: { steps: [{ weight: 20 }] }, traffic: { verify: { settle: '4s' } } })
      await when.imageBecomes('v2')
      await then.runIs({ stage: 'Promoting' })
    },
    buttons: ['abort'],
  },
  'being rolled back': {
    async tell({ given, when, then }) {
      await given.shopWithRoute({ canary: twentyThenAsk, rollback: { keepCanaryFor: '10m' } })
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.asks('abort')
      await then.runIs({ stage: 'RollingBack' })
    },
    buttons: [],
  },
  'rolled back': {
    async tell({ given, when, then }) {
      await given.shopWithRoute({ canary: twentyThenAsk })
      await when.imageBecomes('unready')
      await then.lastRunWas('RolledBack')
      await then.nothingIsLeftOfTheRun()
    },
    buttons: ['retry', 'undo'],
  },
  'promoted, the old version gone': {
    async tell({ given, when, then }) {
      await given.shopWithRoute({ canary: { steps: [{ weight: 50 }] }, keepOld: '1s' })
      await when.imageBecomes('v2')
      await then.lastRunWas('Promoted')
      await then.nothingIsLeftOfTheRun()
    },
    buttons: ['restart', 'undo'],
  },
}

/** What somebody sees who pressed it. */
const effects: Record<string, (story: Story) => Promise<void>> = {
  promote: ({ then }) => then.runIs({ id: 1 }),
  'promote-full': ({ then }) => then.runIs({ id: 1, fast: true }),
  pause: ({ then }) => then.phaseIs('Paused'),
  resume: ({ then }) => then.runIs({ id: 1, stage: 'Stepping' }),
  abort: ({ then }) => then.runIs({ stage: 'RollingBack' }),
  retry: ({ then }) => then.runIs({ id: 2, trigger: 'Retry' }),
  undo: ({ then }) => then.phaseIs('Healthy'),
  restart: ({ then }) => then.runIs({ stage: 'Stepping', trigger: 'Template' }),
}

const buttonsOf = (rollout: Json): Names =>
  Object.entries<Json>(scripts.run(discoveryScript, rollout))
    .filter(([, { disabled }]) => !disabled)
    .map(([name]) => name)
    .sort()

async function told(tell: (story: Story) => Promise<void>): Promise<void> {
  const cluster = embeddedCluster(1)
  try {
    await tellOn(cluster, scenario('a button in Argo CD', tell))
  } finally {
    await cluster.stop()
  }
}

/** Presses a button: what the script returns is created by somebody who has the rights of the ready-made role and no other. */
async function pressed({ world }: Story, action: string): Promise<string> {
  const [{ operation, resource }, ...others] = scripts.run(actionScripts[action] ?? '', await rolloutOf(world))
  expect({ operation, others }).toEqual({ operation: 'create', others: [] })
  const { metadata, spec } = await world.as('carla').create(resource)
  expect(spec.requestedBy.username).toBe('carla')
  return metadata.name
}

async function rightsOfArgoCd({ world }: Story): Promise<void> {
  const [role] = parseAllDocuments(readFileSync(new URL('rbac.yaml', folder), 'utf8')).map((document) => document.toJS())
  await world.api.create(role)
  await world.api.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'argocd' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.metadata.name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'carla' }],
  })
}

test('there is a script for every button, and a button for every script', () => {
  const names = Object.keys(argoCdActions).sort()
  expect(Object.keys(scripts.run(discoveryScript, { metadata: {} })).sort()).toEqual(names)
  expect(Object.keys(actionScripts).sort()).toEqual(names)
})

describe.each(Object.entries(moments))('%s', (_, { tell, buttons }) => {
  test(`${buttons.join(', ') || 'nothing'} can be pressed, and Serin refuses everything else`, { timeout: 120_000 }, () =>
    told(async (story) => {
      await tell(story)
      await rightsOfArgoCd(story)
      expect(buttonsOf(await rolloutOf(story.world))).toEqual(buttons)
      for (const action of Object.keys(actionScripts))
        if (!buttons.includes(action)) await story.then.commandWas(await pressed(story, action), 'Refused')
    }),
  )

  test.each(buttons)('%s is obeyed', { timeout: 120_000 }, (action) =>
    told(async (story) => {
      await tell(story)
      await rightsOfArgoCd(story)
      await story.then.commandWas(await pressed(story, action), 'Done')
      await effects[action]?.(story)
    }),
  )
})

test('a command for a run that is over is refused', { timeout: 120_000 }, () =>
  told(async (story) => {
    const { when, then, world } = story
    await moments['at a pause without an end']?.tell(story)
    await rightsOfArgoCd(story)
    const stale = scripts.run(actionScripts.abort ?? '', await rolloutOf(world))[0].resource
    await when.imageBecomes('v3')
    await then.runIs({ id: 2, step: 1, weight: 20 })
    const { metadata } = await world.as('carla').create(stale)
    await then.commandWas(metadata.name, 'Refused', 'it was aimed at run 1')
  }),
)

test('without the verb the API server refuses, and says which', { timeout: 120_000 }, () =>
  told(async (story) => {
    await moments['at a pause without an end']?.tell(story)
    const { resource } = scripts.run(actionScripts.promote ?? '', await rolloutOf(story.world))[0]
    await story.then.isRefused(() => story.world.as('anna').create(resource), 'may not promote')
  }),
)
