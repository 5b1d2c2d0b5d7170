import type { Change } from '../../sandbox/src/api.ts'
import type { Asked } from './asked.ts'
import type { Sight } from './book.ts'
import { everyCommandIsAnswered, everyCommandIsObeyedOnce, pausedIsPaused } from './promises/answers.ts'
import { enoughPods } from './promises/capacity.ts'
import { everythingEnds, noStepIsSkipped } from './promises/endings.ts'
import { anEmptyDiff } from './promises/gitOps.ts'
import { anOrdinaryDeployment, nothingIsOrphaned, nothingRestarts, oneActiveSet } from './promises/pods.ts'
import { fewReads, idleIsSilent, noLoudBugs, noWriteWithoutNeed, secretsStaySecret, toldOnce } from './promises/quiet.ts'
import { callersStayOnStable, drainedBeforeItGoes, noTrafficToNobody, nothingEmptiedUnderTraffic, theWayBack } from './promises/traffic.ts'
import { aReasonForWaiting, conditionsAgree, historyIsKept, theStatusTellsTheTruth } from './promises/truth.ts'
import { badStaysAway, heldIsHeld, onlyBadIsRefused, onlyWhatServesIsPromoted } from './promises/verdicts.ts'
import { confirmedByTheGateway, weightsSettle } from './promises/weights.ts'
import type { Shop } from './shop.ts'
import type { Sim } from './sim.ts'

/** What Serin promises, whatever happens around it. */
const promises: readonly Chapter[] = [
  {
    title: 'Traffic goes where pods are',
    promises: [
      {
        name: 'no traffic to nobody',
        says: 'A version gets more of the traffic only when pods of it are ready.',
        watch: noTrafficToNobody,
      },
      {
        name: 'enough pods for its share',
        says: 'At every instant the ready pods behind a share of the traffic are as many as that share needs; only pods that were killed or that the API server does not let in, and those that the native rolling update may lack, may be missing.',
        watch: enoughPods,
      },
      {
        name: 'nothing emptied under traffic',
        says: 'A set of pods is emptied, and the Service of a version deleted, only when nothing sends to it any more.',
        watch: nothingEmptiedUnderTraffic,
      },
      {
        name: 'drained before it goes',
        says: 'A refused version keeps its pods for spec.traffic.drain after its last traffic, so that requests under way are answered.',
        watch: drainedBeforeItGoes,
      },
      {
        name: 'callers stay on stable',
        says: 'While a run takes its steps or goes back, and between runs, the Service sends to the stable version only: the weights of the routes are the whole truth.',
        watch: callersStayOnStable,
      },
      {
        name: 'weights settle',
        says: 'Two changes of the weights of a route are as far from each other as spec.traffic.verify.settle says.',
        watch: weightsSettle,
      },
      {
        name: 'confirmed by the gateway',
        says: 'A weight is said to be confirmed only when the gateway has taken over the route that has it.',
        watch: confirmedByTheGateway,
      },
      {
        name: 'the way back',
        says: 'After a run, and after the deletion of a Rollout at any moment, routes and Service are, byte for byte, what their people made them: spec, labels, annotations, finalizers.',
        watch: theWayBack,
      },
    ],
  },
  {
    title: 'Pods are left alone',
    promises: [
      {
        name: 'one active set',
        says: 'At most one set with pods belongs to the Deployment while a run is under way: nothing is scaled in proportion, and no older version comes back.',
        watch: oneActiveSet,
      },
      {
        name: 'nothing restarts',
        says: 'No pod of the stable version goes while a run takes its steps or goes back, and none of the new version once it is handed over.',
        watch: nothingRestarts,
      },
      {
        name: 'an ordinary Deployment',
        says: 'Before, between and after runs the Deployment is what it was: its strategy untouched, its sets owned by it alone, each with a revision of its own, the newest one serving.',
        watch: anOrdinaryDeployment,
      },
      {
        name: 'nothing is orphaned',
        says: 'When all is over, or the Rollout is gone, no pod, set, Service, running analysis, label or finalizer of a run is left.',
        watch: nothingIsOrphaned,
      },
    ],
  },
  {
    title: 'Nobody is released unjudged',
    promises: [
      {
        name: 'held is held',
        says: 'A changed template waits: no pod of it starts and no set of it is scaled before a run releases it, or a person breaks the glass.',
        watch: heldIsHeld,
      },
      {
        name: 'bad stays away',
        says: 'A version that was refused gets no run, no pod and no traffic again without a command of a person or a new commit.',
        watch: badStaysAway,
      },
      {
        name: 'only what serves is promoted',
        says: 'No version is promoted that cannot serve, and none by itself whose requests fail where an analysis watches.',
        watch: onlyWhatServesIsPromoted,
      },
      {
        name: 'only bad is refused',
        says: 'A version that serves well is not rolled back while nothing is in its way, and one that a newer one replaced does not count as refused.',
        watch: onlyBadIsRefused,
      },
      {
        name: 'no step is skipped',
        says: 'A run takes its steps in their order: each weight is shown and each pause takes its time, unless a person ends it.',
        watch: noStepIsSkipped,
      },
    ],
  },
  {
    title: 'People are obeyed',
    promises: [
      {
        name: 'every command is answered',
        says: 'Every command gets one answer, within seconds when nothing is in the way, and the answer does not change.',
        watch: everyCommandIsAnswered,
      },
      {
        name: 'every command is obeyed once',
        says: 'One command has its effect once at most: a promote ends one pause, an abort one run, a retry or an undo begins one. Nothing of that happens without a command, what is said to be done is done, and what was aborted is not promoted.',
        watch: everyCommandIsObeyedOnce,
      },
      {
        name: 'paused is paused',
        says: 'A run that somebody paused takes no step and gives the new version no more traffic until somebody lets it go on.',
        watch: pausedIsPaused,
      },
    ],
  },
  {
    title: 'The status tells the truth',
    promises: [
      {
        name: 'a reason for waiting',
        says: 'A run that is not over says what it waits for, why, and since when; what it waits for until a time has not gone by unseen, and a way back that cannot go on says so.',
        watch: aReasonForWaiting,
      },
      {
        name: 'the status tells the truth',
        says: 'As soon as nothing moves, the weights, the step, the phase, the images and the numbers of pods in the status are those of the cluster.',
        watch: theStatusTellsTheTruth,
      },
      {
        name: 'history is kept',
        says: 'Runs are counted without gaps; each that is over stands in the history once, newest first, and is never written anew.',
        watch: historyIsKept,
      },
      {
        name: 'conditions agree',
        says: 'Ready, Reconciling and Stalled say what the phase says, of the same generation, and change their time only when they change.',
        watch: conditionsAgree,
      },
    ],
  },
  {
    title: 'It comes to an end, and is quiet then',
    promises: [
      {
        name: 'everything ends',
        says: 'Once faults are over every run ends in time or waits for a person; when that person has spoken, all is Healthy or holds a version that was refused.',
        watch: everythingEnds,
      },
      {
        name: 'idle is silent',
        says: 'Where nothing happens nothing is written and nothing is read.',
        watch: idleIsSilent,
      },
      {
        name: 'no write without need',
        says: 'No write is made that changes nothing.',
        watch: noWriteWithoutNeed,
      },
      {
        name: 'few reads',
        says: 'A run costs the API server a bounded number of reads, however long it waits.',
        watch: fewReads,
      },
      {
        name: 'told once',
        says: 'People are told once that a run began, turned round or ended, and once what came of a command.',
        watch: toldOnce,
      },
    ],
  },
  {
    title: 'Others are not disturbed',
    promises: [
      {
        name: 'an empty diff',
        says: 'Whoever applies the manifests again, at any instant, changes nothing: a server-side diff is empty. After a run no field of them has another value.',
        watch: anEmptyDiff,
      },
      {
        name: 'secrets stay secret',
        says: 'What signs in at a metric source stands in no object, no event and no line of a log.',
        watch: secretsStaySecret,
      },
      {
        name: 'no loud bugs',
        says: 'Nothing that a controller meets makes it fail in a way that was not foreseen.',
        watch: noLoudBugs,
      },
    ],
  },
]

export interface Chapter {
  title: string
  promises: readonly Pledge[]
}

export interface Pledge {
  name: string
  /** The promise, for people. */
  says: string
  /** Where it is known not to be kept always: what is open. It is looked at and counted, and breaks no run; the page says so. */
  open?: string
  watch: Watch
}

/** Begins to watch one shop. Whatever the looker gives back is how the promise was broken. */
export type Watch = (shop: Shop, sim: Sim) => Looker

export interface Looker {
  /** After every change of one of the shop's objects. */
  changed?(sight: Sight, change: Change): string | undefined
  /** When nothing of the shop has changed for two seconds and no fault is near: everybody has seen everything. */
  still?(sight: Sight): string | undefined
  /** When faults are over and everything has had its time; people may still be waited for. */
  calm?(sight: Sight): string | undefined
  /** When people have answered whatever waited for them. */
  rested?(sight: Sight): string | undefined
  /** After a time in which nobody did anything. */
  idle?(sight: Sight): string | undefined
  /** Of every request of a controller that the API server got, about the shop or about no object by name; leases and reviews left out. */
  asked?(request: Asked): string | undefined
  /** Of every line that a controller logs. */
  logged?(line: string): string | undefined
}

/** All of them, one after the other. */
export const pledges: readonly Pledge[] = promises.flatMap((chapter) => chapter.promises)

export const openPromises: ReadonlySet<string> = new Set(pledges.flatMap(({ name, open }) => (open === undefined ? [] : [name])))

/** The page for people. */
export function promisesPage(): string {
  const list = promises.map(
    ({ title, promises: of }) =>
      `## ${title}\n\n${of.map(({ name, says, open }) => `* **${name}.** ${says}${open === undefined ? '' : ` *Open: ${open}*`}`).join('\n')}`,
  )
  return `# What Serin promises

Each of these is looked at after every change in the API server, in whole clusters that are simulated with faults at every step: controllers
that die at any write, two leaders at once, lost answers, late and reordered events, pods and nodes that vanish, gateways and metric sources that are
silent or wrong, people and tools that do anything at any time. How: [test/sim](../../test/sim/README.md).

${list.join('\n\n')}
`
}
