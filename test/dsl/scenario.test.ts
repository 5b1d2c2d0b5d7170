import { expect, it } from 'vitest'
import { takeCourse } from './deaths.ts'
import { embeddedCluster } from './embedded.ts'
import { ScenarioFailed, scenario, tellOn } from './scenario.ts'

async function failureOf(telling: Parameters<typeof scenario>[2], seed = 7): Promise<Error> {
  const cluster = embeddedCluster(seed)
  try {
    await tellOn(cluster, scenario('a story', {}, telling))
  } catch (error) {
    if (error instanceof Error) return error
  } finally {
    await cluster.stop()
  }
  throw new Error('the story did not fail')
}

it('a failed scenario names its seed, its steps, what was expected and the state of the objects', async () => {
  const failure = await failureOf(async ({ given, then }) => {
    await given.deployment({ replicas: 2 })
    await then.hasPods('v9', 1)
  })
  expect(failure).toBeInstanceOf(ScenarioFailed)
  expect(failure.message).toContain('seed 7')
  expect(failure.message).toContain('given deployment {"replicas":2}')
  expect(failure.message).toContain('expected 1 available pods of v9 within 20000 ms; seen: wanted undefined')
  expect(failure.message).toContain('Deployment shop')
  expect(failure.message).toContain('leading')
})

it('what the API server refuses fails the step that asked for it', async () => {
  const failure = await failureOf(async ({ when }) => {
    await when.scaledTo(3)
  })
  expect(failure.message).toContain('404')
})

it('the same seed gives the same course, write for write', async () => {
  const course = {
    name: 'a course',
    prepare: ({ given }: Parameters<Parameters<typeof scenario>[2]>[0]) =>
      given.shopOfPods({ canary: { steps: [{ weight: 50 }] } }, { replicas: 2 }),
    async take({ when, then }: Parameters<Parameters<typeof scenario>[2]>[0]) {
      await when.imageBecomes('v2')
      await then.lastRunWas('Promoted')
    },
  }
  const takings = []
  for (let time = 0; time < 2; time++) {
    const cluster = embeddedCluster(3)
    takings.push(await takeCourse(cluster, course))
    await cluster.stop()
  }
  expect(takings[0]).toEqual(takings[1])
})
