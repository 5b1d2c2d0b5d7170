import { iso } from '../../api/fields.ts'
import type { MetricSourceStatus } from '../../api/metricSource.ts'
import { KubeError } from '../../kube/errors.ts'
import type { Log } from '../../kube/log.ts'
import type { KubeClient, KubeObject } from '../../kube/types.ts'
import type { SourceState } from '../../metrics/sourceClient.ts'
import type { Caches } from '../caches.ts'

/** Shows people how a source does: in its status. What cannot be written is written with the next change. */
export async function writeSourceState(
  source: KubeObject,
  state: SourceState,
  { client, caches, log }: { client: KubeClient; caches: Caches; log: Log },
): Promise<void> {
  const { namespace, name } = source.metadata
  const status: MetricSourceStatus = {
    state: state.state,
    message: state.message,
    since: iso(state.since),
    ...(state.lastAnswer === undefined ? {} : { lastAnswer: iso(state.lastAnswer) }),
  }
  const ref = { apiVersion: source.apiVersion, kind: source.kind, name, ...(namespace === undefined ? {} : { namespace }) }
  try {
    const written = await client.merge(ref, { status }, { subresource: 'status' })
    caches.storeOf(source.kind)?.wrote(written)
  } catch (error) {
    if (!(error instanceof KubeError && error.notFound))
      log.warn({ err: error, source: name }, 'the state of a source could not be written')
  }
}
