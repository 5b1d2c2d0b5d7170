import type { Json } from '../cluster/apiClient.ts'
import type { Cluster } from './cluster.ts'
import { finalState } from './finalState.ts'
import type { Death } from './lifeline.ts'
import { type Scenario, type Story, scenario, tellOn } from './scenario.ts'

/** A whole course of a release: prepared, then taken, with everything that people do in it, until nothing is left to do. */
export interface Course {
  name: string
  prepare(story: Story): Promise<void>
  /** Says nothing about who controls: it may be killed and replaced at any write. */
  take(story: Story): Promise<void>
}

export interface Taken {
  /** How it ended, comparable with other takings of the course. */
  state: Json
  /** Writes of all its controllers, as method and path. */
  writes: string[]
}

/** Takes a course on a cluster. With a death its controller dies at that write, counted from the beginning of the course, and is replaced. */
export async function takeCourse(cluster: Cluster, { name, prepare, take }: Course, death?: Death): Promise<Taken> {
  let taken: Taken | undefined
  const told: Scenario = scenario(death ? `${name}, dying at write ${death.atWrite} (${death.write})` : name, async (story) => {
    const { world, when } = story
    await prepare(story)
    const [patient] = world.controllers.running()
    const before = patient?.lifeline.log.length ?? 0
    if (death) await when.controllerWillDie(death)
    await take(story)
    // Whatever is still on its way (the last answer to a command) comes in.
    await when.timePasses(1_000)
    taken = { state: await finalState(world), writes: patient?.lifeline.log.slice(before) ?? [] }
  })
  await tellOn(cluster, told)
  if (!taken) throw new Error('unreachable: a told scenario was not taken')
  return taken
}
