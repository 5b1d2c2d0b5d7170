import { Unreachable } from '../../api/client.ts'
import type { Story } from '../../gallery/story.ts'
import { ReleaseFailed, ReleaseLoading } from './ReleaseStates.tsx'
import { nothing, problem, story, view } from './storyOf.tsx'

const forbidden = problem({
  code: 'SERIN-403-VERB',
  title: 'You may not see this',
  status: 403,
  detail: 'vera may not get rollouts.serin.dev "web" in namespace shop.',
  missing: { verb: 'get', resource: 'rollouts.serin.dev', namespace: 'shop', name: 'web' },
})

/** What is not there, not allowed, or not to be had now. */
export const stories: readonly Story[] = [
  view('loading parts', { analysis: {}, series: {}, pods: {}, events: {}, commands: {}, trends: undefined, metric: undefined }),
  view('parts that failed', {
    analysis: { error: new Unreachable('The server does not answer.'), retry: nothing },
    series: {},
    pods: {
      error: problem({
        code: 'SERIN-403-VERB',
        title: 'You may not see this',
        status: 403,
        detail: 'vera may not list pods in namespace shop.',
        missing: { verb: 'list', resource: 'pods', namespace: 'shop' },
      }),
    },
    events: { error: new Unreachable('The server does not answer.'), retry: nothing },
    trends: undefined,
    metric: undefined,
  }),
  story('loading', <ReleaseLoading namespace="shop" name="web" />),
  story('not found', <ReleaseFailed namespace="shop" name="web" error={problem({})} retry={nothing} />),
  story('forbidden', <ReleaseFailed namespace="shop" name="web" error={forbidden} retry={nothing} />),
  story(
    'server away',
    <ReleaseFailed namespace="shop" name="web" error={new Unreachable('The server does not answer.')} retry={nothing} />,
  ),
]
