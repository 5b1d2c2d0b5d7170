import { iso } from '../api/fields.ts'
import type { NotificationSpec } from '../api/notification.ts'
import { type NotifierStatus, testAnnotation } from '../api/notifier.ts'
import type { Clock } from '../clock.ts'
import type { KubeObject } from '../kube/types.ts'
import { SourceError } from '../metrics/errors.ts'
import type { Told } from './wording.ts'

/** The id of a test that was asked for and not answered; undefined: none. One that a controller died over is answered by the next. */
export function testAsked({ metadata, status }: KubeObject): string | undefined {
  const id = metadata.annotations?.[testAnnotation]?.slice(0, 1024)
  const test = (status as NotifierStatus | undefined)?.test
  return id === undefined || id === '' || (test?.id === id && test.result !== 'Sending') ? undefined : id
}

/**
 * Sends a test message as a real one would be sent, but for waiting and trying again. `write` gives the status part first as Sending, and throws when
 * somebody else was faster; then as what became of it.
 */
export async function runTest(
  id: string,
  notifier: KubeObject,
  ways: { clock: Clock; send(told: Told): Promise<void>; write(test: NonNullable<NotifierStatus['test']>): Promise<void> },
): Promise<void> {
  const { clock, send, write } = ways
  const now = () => iso(clock.now())
  await write({ id, result: 'Sending', message: 'on its way', at: now() })
  try {
    await send(toldBy(notifier, id, now()))
    await write({ id, result: 'Sent', message: 'the target took it', at: now() })
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    await write({ id, result: 'Failed', message: error.message, at: now() })
  }
}

/** What a test tells: everything a release could, and that it is none. An incident that it opens has its own id. */
function toldBy(notifier: KubeObject, id: string, at: string): Told {
  const { kind, metadata } = notifier
  const { namespace, name, uid = '' } = metadata
  const spec: NotificationSpec = {
    notifier: { kind: kind === 'ClusterNotifier' ? kind : 'Notifier', name, uid },
    event: 'Promoted',
    id: `${uid}/test/${id}`.slice(0, 200),
    delivery: `test-${id}`.slice(0, 64),
    at,
    of: { kind: 'Rollout', name: 'test', uid, workload: 'Deployment test' },
    run: 1,
    from: ['example:v1'],
    to: ['example:v2'],
    because: `this is a test of ${kind} ${name}: no release is concerned`,
    opens: false,
  }
  return { spec, namespace: namespace ?? 'test' }
}
