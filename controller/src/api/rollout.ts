import { z } from 'zod'
import { analysisRules } from './analysisRules.ts'
import { AnalysisUse } from './analysisUse.ts'
import { Duration, notYet, ObjectName, Percent, ServiceName, Share } from './fields.ts'
import { age, type Kind } from './kind.ts'
import { RolloutStatus } from './rolloutStatus.ts'
import { at, has, immutable, longerThanZero, moreThanZero, needs, notBoth, onlyYet } from './rules.ts'
import { Step } from './step.ts'

export const group = 'serin.dev'
export const version = 'v1alpha1'
export const apiVersion = `${group}/${version}`

const Workload = z
  .object({
    kind: z
      .enum(['Deployment', 'StatefulSet', 'DaemonSet'])
      .default('Deployment')
      .meta({
        description: 'What kind of workload it is.',
        cel: [onlyYet(['Deployment'], 'spec.workload.kind: this version of Serin guards Deployments only; write Deployment')],
      }),
    name: ObjectName.meta({ description: 'Its name.' }),
  })
  .meta({
    description: 'The workload whose releases this Rollout guards, in the same namespace.',
    cel: [immutable('spec.workload cannot change: make a new Rollout for another workload')],
  })

const routeKinds = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute']

const Route = z
  .object({
    kind: z.string().min(1).max(63).meta({ description: 'HTTPRoute, GRPCRoute, TCPRoute or TLSRoute.' }),
    apiVersion: z.string().max(253).optional().meta({ description: 'Left out: the newest version the cluster serves.' }),
    name: ObjectName.meta({ description: 'Its name, in the same namespace.' }),
    rules: z
      .array(z.string().min(1).max(253))
      .max(16)
      .optional()
      .meta({ description: 'Names of the rules to split; left out: every rule that names the Service.' }),
  })
  .meta({
    cel: [
      {
        rule: `self.kind in [${routeKinds.map((kind) => `'${kind}'`).join(', ')}]`,
        message: 'spec.traffic.routes: no router for this kind; write HTTPRoute, GRPCRoute, TCPRoute or TLSRoute',
        messageExpression: "'spec.traffic.routes: no router for kind ' + self.kind + '; write HTTPRoute, GRPCRoute, TCPRoute or TLSRoute'",
        check: (self) => routeKinds.includes(String(at(self, 'kind'))),
      },
    ],
  })

const Traffic = z
  .object({
    routes: z
      .array(Route)
      .max(16)
      .default([])
      .meta({ description: 'What carries the weights; they move together. Empty: pods in proportion.' }),
    verify: z
      .object({
        timeout: Duration.default('60s').meta({
          description: 'How long the data plane may take to confirm a weight before the run is rolled back.',
          cel: [longerThanZero('spec.traffic.verify.timeout must be longer than 0s, else every run is rolled back at once')],
        }),
        settle: Duration.default('3s').meta({
          description: 'How long after its confirmation a weight counts; weights never change faster than this.',
        }),
      })
      .prefault({})
      .meta({ description: 'When a weight counts: weights are confirmed by the data plane, not only asked for.' }),
    drain: Duration.default('15s').meta({
      description: 'How long pods that carry no traffic any more are left to finish what they began.',
    }),
    sticky: notYet(
      z.object({ cookie: z.string().max(256), maxAge: Duration.optional() }),
      'a client may meet both versions; remove spec.traffic.sticky',
    ),
  })
  .meta({ description: 'What carries the traffic, and when a change of it counts.' })

/** Explicit steps of a canary, at most. */
export const mostSteps = 50

const Ramp = z.object({
  weights: z.array(Percent).min(1).max(20).default([1, 5, 25, 50]).meta({ description: 'Weights in percent, taken in order.' }),
  interval: Duration.default('5m').meta({
    description: 'Without analysis: how long each weight is held. With analysis the evidence decides.',
  }),
  budget: Share.default('0.1%').meta({
    description:
      'A weight is left when the release can no longer be hiding more harm than this share of all requests, beside what its margins allow.',
    cel: [moreThanZero('spec.canary.ramp.budget must be more than 0%')],
  }),
})

const Canary = z
  .object({
    ramp: Ramp.optional().meta({
      description:
        'Rising weights, each left as soon as the evidence allows; without analysis, after a time. The default when nothing else is said.',
    }),
    steps: z.array(Step).min(1).max(mostSteps).optional().meta({ description: 'Explicit steps instead of a ramp.' }),
    baseline: z.enum(['stable', 'fresh']).default('stable').meta({
      description:
        "What the canary is compared with. stable: the pods as they run. fresh: new pods of the old version, as many, as old and with as much traffic as the canary's.",
    }),
    scale: z
      .object({
        minPods: z.int().min(1).max(100_000).default(1).meta({ description: 'The canary never has fewer pods than this.' }),
        match: z
          .enum(['traffic', 'full'])
          .default('traffic')
          .meta({ description: 'traffic: pods for the weight; full: as many as stable from the start.' }),
      })
      .prefault({})
      .meta({ description: 'How many pods the canary has.' }),
  })
  .meta({ cel: [notBoth('ramp', 'steps', 'spec.canary: write either ramp or steps, not both')] })

const BlueGreen = z
  .object({
    previewService: ServiceName.optional().meta({
      description: 'Name of the Service that shows the new version before the switch; made for the run. Default: <service>-canary.',
    }),
    previewReplicas: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .meta({ description: 'Size of the new version before the switch is approved; default: full.' }),
    approve: z.enum(['auto', 'manual']).default('auto').meta({ description: 'manual: the switch waits for `serin promote`.' }),
    autoPromoteAfter: Duration.optional().meta({
      description: 'With manual: switch by itself this long after the new version is ready. With auto: wait this long first.',
    }),
  })
  .meta({ description: 'Full-size new version beside the old one, then one switch.' })

const Rollback = z
  .object({
    window: z
      .int()
      .min(0)
      .max(50)
      .default(3)
      .meta({ description: 'Going back to one of this many last promoted versions needs no steps, when fast.' }),
    fast: z.boolean().default(true).meta({ description: 'Whether going back to a version inside the window leaves out the steps.' }),
    keepCanaryFor: Duration.default('30s').meta({
      description: 'How long the refused version stays up, without traffic, for a look at it.',
    }),
    revertTemplate: z.boolean().default(false).meta({ description: 'Write the stable template back to the workload after a rollback.' }),
    ladder: notYet(z.array(Percent).max(20), 'a rollback moves as fast as stable has capacity; remove spec.rollback.ladder'),
  })
  .meta({ description: 'What happens when a version is refused, or an earlier one comes again.' })

const Window = z.object({
  schedule: z.string().max(128),
  duration: Duration,
  timezone: z.string().max(64).optional(),
  kind: z.enum(['allow', 'deny']).default('allow'),
})

export const RolloutSpec = z
  .object({
    workload: Workload,
    service: ServiceName.optional().meta({ description: 'The Service in front of the workload.' }),
    traffic: Traffic.prefault({}),
    canary: Canary.optional().meta({ description: 'Step by step. With neither canary nor blueGreen: the default ramp.' }),
    blueGreen: BlueGreen.optional(),
    analysis: AnalysisUse.optional(),
    rollback: Rollback.prefault({}),
    keepOld: Duration.default('30s').meta({
      description: 'How long the previous version stays warm after a promotion, for an undo that starts no pod.',
    }),
    handOver: z
      .object({
        at: z.int().min(1).max(100).default(100).meta({ description: 'Weight in percent from which the new version is handed over.' }),
      })
      .prefault({})
      .meta({
        description:
          'How the new version becomes the stable one. at: 100 swaps owners and restarts nothing; lower: at that weight the native rolling update finishes, under 1.5 times the pods.',
      }),
    allowOverlap: z.boolean().default(false).meta({
      description:
        'Needed for a Deployment with strategy Recreate: says that two versions may run at once. handOver.at counts as 100 there: a native update would end all pods first.',
    }),
    progressDeadline: Duration.default('10m').meta({
      description:
        'How long pods may take to become ready before the run is rolled back. Each pod more than there ever were begins it anew; pods that crash and come back for a moment do not.',
      cel: [longerThanZero('spec.progressDeadline must be longer than 0s, else every run is rolled back at once')],
    }),
    paused: z.boolean().default(false).meta({ description: 'While true no run takes a step.' }),
    historyLimit: z.int().min(0).max(100).default(10).meta({ description: 'How many ended runs are kept in status.history.' }),
    windows: notYet(z.array(Window).max(50), 'runs start at any time: remove spec.windows'),
  })
  .meta({
    cel: [
      notBoth('canary', 'blueGreen', 'spec: write either canary or blueGreen, not both'),
      needs('blueGreen', 'service', 'spec.blueGreen needs spec.service: the switch moves that Service from the old version to the new'),
      {
        rule: 'size(self.traffic.routes) == 0 || has(self.service)',
        message: 'spec.traffic.routes needs spec.service: the Service that the routes point at',
        check: (self) => [at(self, 'traffic.routes')].flat().length === 0 || has(self, 'service'),
      },
      {
        rule: '!has(self.service) || !has(self.blueGreen) || !has(self.blueGreen.previewService) || self.blueGreen.previewService != self.service',
        message: 'spec.blueGreen.previewService must differ from spec.service',
        check: (self) =>
          !has(self, 'service') || !has(self, 'blueGreen.previewService') || at(self, 'blueGreen.previewService') !== at(self, 'service'),
      },
      ...analysisRules,
    ],
  })

const Rollout = z
  .object({
    apiVersion: z.literal(apiVersion),
    kind: z.literal('Rollout'),
    metadata: z.looseObject({ name: z.string(), namespace: z.string() }),
    spec: RolloutSpec,
    status: RolloutStatus.optional(),
  })
  .meta({
    description:
      'Guards the releases of a workload: holds a changed template, runs it beside the old one, moves traffic step by step, promotes or rolls back.',
    cel: [
      {
        rule: 'size(self.metadata.name) <= 63',
        message: 'metadata.name of a Rollout has at most 63 characters: it becomes the value of labels',
        check: (self) => String(at(self, 'metadata.name')).length <= 63,
      },
    ],
  })

export const rolloutKind: Kind = {
  kind: 'Rollout',
  plural: 'rollouts',
  singular: 'rollout',
  shortNames: ['sro'],
  categories: ['serin', 'all'],
  schema: Rollout,
  columns: [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Step', type: 'string', jsonPath: '.status.run.progress', description: 'The step being taken, of how many.' },
    {
      name: 'Weight',
      type: 'integer',
      jsonPath: '.status.run.weight.actual',
      description: 'Percent of the traffic that the new version gets.',
    },
    {
      name: 'Stable',
      type: 'string',
      jsonPath: '.status.stable.images[0]',
      description: 'First image of the stable version.',
      priority: 1,
    },
    { name: 'Message', type: 'string', jsonPath: '.status.message' },
    age,
  ],
}

/** A Rollout's spec with every default filled in, as the API server stores it. */
export type RolloutSpec = z.output<typeof RolloutSpec>
/** What people write. */
export type RolloutSpecInput = z.input<typeof RolloutSpec>
export type RouteSpec = RolloutSpec['traffic']['routes'][number]

const usualRamp = Ramp.parse({})

/** The ramp of a Rollout that writes no steps: its own, or the usual one. */
export function rampOf({ canary }: RolloutSpec): z.output<typeof Ramp> {
  return canary?.ramp ?? usualRamp
}
