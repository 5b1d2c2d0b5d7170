import type { Cluster } from './cluster.ts'
import { type Given, givenOn } from './given.ts'
import { stateOf } from './report.ts'
import { type Then, thenOn } from './then/then.ts'
import { type When, whenOn } from './when.ts'
import { type World, worldOn } from './world.ts'

export interface Story {
  given: Given
  when: When
  then: Then
  /** For what the words do not say. */
  world: World
  /** The same words in one more namespace, where no policy of the installation applies. */
  elsewhere(): Promise<Omit<Story, 'elsewhere'>>
}

export interface ScenarioOptions {
  /** Where it can be told: virtual time and counted requests, or a server of its own. Default: everywhere. */
  only?: 'embedded' | 'real'
  /** Without policies: changed templates are stopped by keeping the Deployment paused. */
  gate?: 'paused'
  /** It disturbs every other scenario on the same cluster. */
  alone?: boolean
  /** No policy of the installation applies in its namespace. */
  unguarded?: true
  /** No controller of the usual kind is started. */
  controller?: 'none'
}

export interface Scenario extends ScenarioOptions {
  name: string
  tell(story: Story): Promise<void>
}

/** A story about one Deployment and its Rollout, told in the words of `given`, `when` and `then`. */
export function scenario(name: string, tell: Scenario['tell']): Scenario
export function scenario(name: string, options: ScenarioOptions, tell: Scenario['tell']): Scenario
export function scenario(name: string, ...rest: [Scenario['tell']] | [ScenarioOptions, Scenario['tell']]): Scenario {
  const [options, tell] = rest.length === 1 ? [{}, rest[0]] : rest
  return { name, ...options, tell }
}

/** What became of a scenario, to be read by whoever has to mend it. */
export class ScenarioFailed extends Error {}

/** Tells a scenario on a cluster. Throws ScenarioFailed with the steps so far, the state of the objects and the seed. */
export async function tellOn(cluster: Cluster, { name, tell, gate, unguarded, controller }: Scenario): Promise<void> {
  const world = await worldOn(cluster, { guarded: !gate && !unguarded })
  const worlds = [world]
  try {
    if (controller !== 'none') world.controllers.start({ namespace: world.namespace, ...(gate ? { gate } : {}) })
    await tell({
      ...wordsOn(world),
      async elsewhere() {
        const other = await worldOn(cluster, { guarded: false })
        worlds.push(other)
        return wordsOn(other)
      },
    })
    for (const { invariants } of worlds) invariants.check()
  } catch (error) {
    throw new ScenarioFailed(await report(world, name, error), { cause: error })
  } finally {
    for (const { end } of worlds) await end()
  }
}

function wordsOn(world: World): Omit<Story, 'elsewhere'> {
  return {
    given: narrated(world, 'given', givenOn(world)),
    when: narrated(world, 'when', whenOn(world)),
    // biome-ignore lint/suspicious/noThenProperty: a story is handed over as an argument, never awaited
    then: narrated(world, 'then', thenOn(world)),
    world,
  }
}

async function report(world: World, name: string, error: unknown): Promise<string> {
  const state = await stateOf(world).catch((failed: unknown) => `the state could not be read: ${failed}`)
  return [
    `scenario '${name}' on the ${world.cluster.name} cluster, seed ${world.cluster.seed}:`,
    error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join('\n') : String(error),
    'steps:',
    ...world.journal.map((line) => `  ${line}`),
    'state:',
    state,
    'controllers said:',
    ...world.controllers.log.slice(-40).map((line) => `  ${line}`),
  ].join('\n')
}

type Verbs = Record<string, (...words: never[]) => Promise<unknown>>

/** The same verbs, each noted in the journal with its time when it is spoken. */
function narrated<V extends Verbs>(world: World, word: string, verbs: V): V {
  const began = world.cluster.clock.now()
  const spoken = Object.entries(verbs).map(([verb, act]) => [
    verb,
    async (...words: never[]) => {
      world.journal.push(`${((world.cluster.clock.now() - began) / 1000).toFixed(3)} s  ${word} ${verb} ${words.map(inShort).join(' ')}`)
      const outcome = await act(...words)
      world.invariants.check()
      return outcome
    },
  ])
  return Object.fromEntries(spoken) as V
}

function inShort(value: unknown): string {
  if (typeof value === 'function') return '(...)'
  if (value instanceof RegExp) return String(value)
  const text = JSON.stringify(value) ?? ''
  return text.length > 120 ? `${text.slice(0, 120)}...` : text
}
