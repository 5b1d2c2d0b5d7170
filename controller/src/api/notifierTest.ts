import { randomUUID } from 'node:crypto'
import type { KubeClient, KubeObject, Ref } from '../kube/types.ts'
import { type NotifierStatus, testAnnotation } from './notifier.ts'

type TestAnswer = NonNullable<NotifierStatus['test']>

/** Asks for a test message, as whoever the client speaks for: needs `patch` on the Notifier. Gives the id by which its answer is known. */
export async function askForTest(client: Pick<KubeClient, 'merge'>, notifier: Ref): Promise<string> {
  const id = randomUUID()
  await client.merge(notifier, { metadata: { annotations: { [testAnnotation]: id } } })
  return id
}

/** What became of the test of that id; undefined: no controller has taken it up yet. */
export function testAnswer({ status }: KubeObject, id: string): TestAnswer | undefined {
  const test = (status as NotifierStatus | undefined)?.test
  return test?.id === id ? test : undefined
}
