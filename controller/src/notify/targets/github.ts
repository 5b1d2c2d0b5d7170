import type { NotificationSpec } from '../../api/notification.ts'
import type { NotifyEvent } from '../../api/notifyWords.ts'
import { SourceError } from '../../metrics/errors.ts'
import type { SourceResponse } from '../../metrics/provider.ts'
import { parseJson } from '../../metrics/providers/answers.ts'
import { linkOf, short, titleOf } from '../wording.ts'
import type { Post, Spec, Target, Ways } from './target.ts'

const states: Readonly<Partial<Record<NotifyEvent, string>>> = {
  RunStarted: 'in_progress',
  Promoted: 'success',
  RolledBack: 'failure',
  Aborted: 'failure',
  Superseded: 'inactive',
}

/**
 * One deployment for a run, found again by its task, and a status for each thing that happens to it. A status that is there already is not written a
 * second time, so that a try whose answer was lost leaves nothing behind.
 */
export const github: Target<'github'> = {
  kind: 'github',
  chat: false,
  // The status; the deployment that it belongs to is found or made when it is sent.
  render(told, notifier) {
    const { github: spec } = notifier
    const link = linkOf(told, notifier)
    return {
      post: {
        method: 'POST',
        url: `${repoOf(notifier)}/deployments/ID/statuses`,
        headers: headersOf(notifier),
        body: {
          state: states[told.spec.event] ?? 'pending',
          description: short(titleOf(told, notifier), 140),
          environment: spec.environment,
          ...(link === undefined ? {} : { log_url: link }),
          auto_inactive: true,
        },
      },
    }
  },
  async send(post, told, notifier, ways) {
    const id = await deploymentOf(told.spec, notifier, ways)
    const url = `${repoOf(notifier)}/deployments/${id}/statuses`
    const { state, description } = post.body ?? {}
    const known = listed(await asked(ways, { method: 'GET', url: `${url}?per_page=100`, headers: post.headers }))
    if (known.some((status) => status.state === state && status.description === description)) return
    await asked(ways, { ...post, url })
  },
  async probe(notifier, ways) {
    await asked(ways, { method: 'GET', url: `${repoOf(notifier)}/deployments?per_page=1`, headers: headersOf(notifier) })
  },
}

async function deploymentOf(spec: NotificationSpec, notifier: Spec<'github'>, ways: Ways): Promise<number> {
  const { environment } = notifier.github
  const url = `${repoOf(notifier)}/deployments`
  const headers = headersOf(notifier)
  const query = new URLSearchParams({ task: taskOf(spec), environment, per_page: '1' })
  const [known] = listed(await asked(ways, { method: 'GET', url: `${url}?${query}`, headers }))
  if (typeof known?.id === 'number') return known.id
  const body = {
    ref: refOf(spec.to),
    task: taskOf(spec),
    environment,
    description: `run ${spec.run} of ${spec.of.name}`,
    auto_merge: false,
    required_contexts: [],
    payload: { rollout: spec.of.uid, run: spec.run },
  }
  const made = parseJson((await asked(ways, { method: 'POST', url, headers, body })).text) as { id?: unknown } | undefined
  if (typeof made?.id !== 'number') throw new SourceError('shape', 'GitHub made a deployment without an id')
  return made.id
}

const taskOf = ({ of, run }: NotificationSpec): string => `serin:${of.uid}:${run}`

/** The tag of the first image: what CI named it after. */
function refOf([image = '']: readonly string[]): string {
  const [, tag] = /:([^:/@]+)(?:@[^@]*)?$/.exec(image.replace(/@.*$/, '')) ?? []
  if (tag === undefined)
    throw new SourceError(
      'refused',
      `the image ${image} has no tag, which GitHub needs as the ref of the deployment: tag it with the commit`,
    )
  return tag
}

const repoOf = ({ github: { url, repo } }: Spec<'github'>): string =>
  `${(url ?? 'https://api.github.com').replace(/\/+$/, '')}/repos/${repo}`

const headersOf = ({ github: { tokenSecretRef } }: Spec<'github'>): Post['headers'] => ({
  authorization: { before: 'Bearer ', secret: tokenSecretRef },
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
})

async function asked(ways: Ways, post: Post): Promise<SourceResponse> {
  const answer = await ways.post(post)
  if (answer.status < 300) return answer
  const { message } = (parseJson(answer.text) ?? {}) as { message?: unknown }
  throw new SourceError('refused', `GitHub answers ${answer.status}${typeof message === 'string' ? `: ${message.slice(0, 300)}` : ''}`)
}

function listed(answer: SourceResponse): Record<string, unknown>[] {
  const list = parseJson(answer.text)
  return Array.isArray(list) ? (list as Record<string, unknown>[]) : []
}
