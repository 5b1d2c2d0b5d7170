import { useState } from 'react'
import { hostile, long, type Story, storyNow } from '../../gallery/story.ts'
import { told } from '../../gallery/told.tsx'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { strings } from '../../strings.ts'
import { done, everywhere, http, running, unused } from './fixtures.ts'
import { starter } from './starter.ts'
import { TemplatesFrame, TemplatesView } from './TemplatesView.tsx'
import { TemplateFrame, TemplateView, type TemplateViewProps } from './TemplateView.tsx'
import type { TryPanelProps } from './TryPanel.tsx'
import { emptyForm } from './trying.ts'

const words = strings.templates
const place = { name: 'http', place: 'shop' }
const items = [http, everywhere, unused]

function Lab({
  first,
  trying = {},
  form: filled = emptyForm,
  ...more
}: Partial<Omit<TemplateViewProps, 'trying' | 'draft'>> & {
  first?: string
  trying?: Partial<TryPanelProps>
  form?: TryPanelProps['form']
}) {
  const [draft, setDraft] = useState(first)
  const [form, setForm] = useState(filled)
  return (
    <TemplateView
      stored={http}
      draft={draft}
      onDraft={setDraft}
      checked={{ state: 'checked', findings: [] }}
      {...more}
      trying={{
        form,
        onForm: setForm,
        args: 'stored' in more ? (more.stored?.args ?? []) : http.args,
        releases: ['shop/web', 'shop/cart', 'find/search'],
        busy: false,
        onTry: () => {},
        ...trying,
      }}
    />
  )
}

const edited = http.yaml.replace('interval: 30s', 'interval: 15s').replace('    - name: latency', '    - name: latency-p95')
const filled = { ...emptyForm, release: 'shop/web', args: { method: 'GET' }, more: [{ name: 'path', value: '/' }] }

export const stories: readonly Story[] = [
  {
    name: 'templates/loading',
    render: () =>
      told(
        <TemplatesFrame>
          <Skeleton rows={6} />
        </TemplatesFrame>,
      ),
  },
  { name: 'templates/list', render: () => told(<TemplatesView items={items} q="" onQ={() => {}} />) },
  { name: 'templates/empty', render: () => told(<TemplatesView items={[]} q="" onQ={() => {}} />) },
  { name: 'templates/no match', render: () => told(<TemplatesView items={items} q="graphite" onQ={() => {}} />) },
  {
    name: 'templates/stale',
    render: () => told(<TemplatesView items={items} q="" onQ={() => {}} staleSince={storyNow - 95_000} retry={() => {}} />),
  },
  {
    name: 'templates/hostile and long names',
    render: () =>
      told(
        <TemplatesView
          items={[
            {
              ...http,
              name: hostile,
              namespace: hostile,
              judge: hostile,
              metrics: [{ name: hostile, form: hostile, gate: true }],
              args: [{ name: hostile, value: hostile, required: false }],
              usedBy: [{ namespace: hostile, name: hostile }],
            },
            { ...http, name: long, namespace: long, usedBy: [{ namespace: long, name: long }] },
          ]}
          q=""
          onQ={() => {}}
        />,
      ),
  },
  {
    name: 'templates/many',
    render: () =>
      told(<TemplatesView items={Array.from({ length: 200 }, (_, at) => ({ ...http, name: `template-${at}` }))} q="" onQ={() => {}} />),
  },
  {
    name: 'template/loading',
    render: () =>
      told(
        <TemplateFrame {...place}>
          <Skeleton rows={10} />
        </TemplateFrame>,
      ),
  },
  { name: 'template/stored', render: () => told(<Lab />) },
  { name: 'template/edited', render: () => told(<Lab first={edited} />) },
  { name: 'template/being checked', render: () => told(<Lab first={edited} checked={{ state: 'checking' }} />) },
  {
    name: 'template/not checked',
    render: () => told(<Lab first={edited} checked={{ state: 'failed', because: 'The server does not answer.' }} />),
  },
  {
    name: 'template/findings',
    render: () =>
      told(
        <Lab
          first={edited}
          checked={{
            state: 'checked',
            findings: [
              {
                severity: 'warning',
                line: 10,
                path: 'spec.metrics[0].ratio.bad',
                message: 'rate() makes a gauge of a counter: write the counter as it is',
              },
              { severity: 'error', line: 7, path: 'spec.interval', message: 'is at least 5s: write e.g. 15s' },
              { severity: 'error', path: '', message: hostile },
            ],
          }}
          trying={{ because: words.withErrors }}
        />,
      ),
  },
  { name: 'template/new', render: () => told(<Lab stored={undefined} first={starter} />) },
  { name: 'template/try filled in', render: () => told(<Lab form={filled} />) },
  { name: 'template/try without a release', render: () => told(<Lab trying={{ problem: words.releaseWrong }} />) },
  { name: 'template/try forbidden', render: () => told(<Lab form={filled} trying={{ because: words.forbidden('shop') }} />) },
  { name: 'template/try running', render: () => told(<Lab form={filled} trying={{ busy: true, outcome: running }} />) },
  { name: 'template/try done', render: () => told(<Lab form={filled} trying={{ outcome: done }} />) },
  {
    name: 'template/try without false alarms',
    render: () =>
      told(<Lab form={filled} trying={{ outcome: { ...done, backtest: { runs: 24, falseAlarms: 0, inconclusive: 0, text: '' } } }} />),
  },
  {
    name: 'template/try without data',
    render: () => {
      const { backtest: _, ...rest } = done
      return told(
        <Lab
          form={filled}
          trying={{
            outcome: {
              ...rest,
              plan: [],
              analysis: {
                ...done.analysis,
                phase: 'Error',
                message: 'It cannot be measured.',
                metrics: [],
                problems: [
                  {
                    what: 'default',
                    kind: 'SourceDown',
                    because: 'it refuses connections: is it running, and is the port right?',
                    since: new Date(storyNow).toISOString(),
                  },
                ],
              },
            },
          }}
        />,
      )
    },
  },
  {
    name: 'template/try refused',
    render: () => told(<Lab form={filled} trying={{ error: new Error('There is no Rollout shop/web.') }} />),
  },
  {
    name: 'template/hostile and long names',
    render: () =>
      told(
        <Lab stored={{ ...http, name: hostile, namespace: long, yaml: `${hostile}\n${long}` }} form={{ ...filled, release: hostile }} />,
      ),
  },
  { name: 'template/stale', render: () => told(<Lab staleSince={storyNow - 95_000} retry={() => {}} />) },
  {
    name: 'template/not found',
    render: () =>
      told(
        <TemplateFrame {...place}>
          <EmptyState title={words.missing} text="There is no AnalysisTemplate http in shop." />
        </TemplateFrame>,
      ),
  },
  {
    name: 'template/forbidden',
    render: () =>
      told(
        <TemplateFrame {...place}>
          <ErrorState
            problem={{
              type: 'about:blank',
              code: 'SERIN-403-VERB',
              title: 'A right is missing',
              status: 403,
              detail: 'You may not get analysistemplates in shop.',
              effect: 'Runs under way continue; nothing was changed.',
              requestId: 'r-4',
              missing: { verb: 'get', resource: 'analysistemplates.serin.dev', namespace: 'shop', name: 'http' },
            }}
          />
        </TemplateFrame>,
      ),
  },
]
