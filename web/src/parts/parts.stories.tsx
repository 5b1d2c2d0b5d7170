import { Unreachable } from '../api/client.ts'
import { hostile, wordy as long, type Story, storyNow } from '../gallery/story.ts'
import { Button, IconButton } from './Button.tsx'
import { Chip } from './Chip.tsx'
import { Code } from './Code.tsx'
import { Copy } from './Copy.tsx'
import { ConfirmDialog, Dialog } from './Dialog.tsx'
import { EmptyState } from './EmptyState.tsx'
import { ErrorState } from './ErrorState.tsx'
import { Images } from './Images.tsx'
import { PauseIcon, SearchIcon } from './icons.tsx'
import { Live } from './Live.tsx'
import { Menu } from './Menu.tsx'
import { Panel } from './Panel.tsx'
import { AttentionChip, Phase, Result } from './Phase.tsx'
import { Select } from './Select.tsx'
import { Skeleton } from './Skeleton.tsx'
import { StaleBar } from './StaleBar.tsx'
import { Table } from './Table.tsx'
import { Tabs } from './Tabs.tsx'
import { ClockProvider, Instant, Span, Time } from './Time.tsx'
import { ToastItem } from './Toasts.tsx'
import { WeightBar } from './WeightBar.tsx'
import '../styles/base.css'

const problem = {
  type: 'urn:serin:problem:SERIN-403-VERB',
  code: 'SERIN-403-VERB',
  title: 'You may not do this',
  status: 403,
  detail: 'vera may not promote rollouts.serin.dev "web" in namespace shop.',
  effect: 'Runs under way continue.',
  requestId: '5d0f3c1e-77b1-4a1e-9a39-6b2f0c1d2e3f',
  missing: { verb: 'promote', resource: 'rollouts.serin.dev', namespace: 'shop', name: 'web' },
}

const nothing = () => {}

function story(name: string, render: Story['render']): Story {
  return {
    name: `parts/${name}`,
    render: () => (
      <ClockProvider now={storyNow} zone="utc">
        <main className="screen">
          <h1>{name}</h1>
          {render()}
        </main>
      </ClockProvider>
    ),
  }
}

const dialog = (more: Partial<Parameters<typeof ConfirmDialog>[0]>) => (
  <ConfirmDialog
    open
    onClose={nothing}
    onConfirm={nothing}
    title="Abort web?"
    text="All traffic goes back to 8f2c within 2 s. The run ends as aborted."
    confirm="Abort"
    kind="danger"
    reason="required"
    {...more}
  />
)

export const stories: readonly Story[] = [
  story('buttons', () => (
    <>
      <p>
        <Button kind="primary">Promote</Button> <Button icon={PauseIcon}>Pause</Button> <Button kind="danger">Abort</Button>
      </p>
      <p>
        <Button kind="primary" busy>
          Promoting
        </Button>{' '}
        <Button disabled because="You may not promote in namespace shop.">
          Promote
        </Button>{' '}
        <IconButton icon={SearchIcon} label="Search" />{' '}
        <IconButton icon={SearchIcon} label="Search" disabled because="Nothing to search." /> <Copy text="42" label="Copy the number" />
      </p>
    </>
  )),
  story('chips', () => (
    <>
      <p>
        <Chip tone="good">good</Chip> <Chip tone="bad">bad</Chip> <Chip tone="warn">open</Chip> <Chip tone="info">moving</Chip>{' '}
        <Chip tone="quiet">no data</Chip> <Chip tone="bad">{hostile}</Chip> <Chip tone="warn">{long.repeat(3)}</Chip>
      </p>
      <p>
        {(['Healthy', 'Progressing', 'Paused', 'Degraded', 'Unknown'] as const).map((phase) => (
          <Phase key={phase} phase={phase} />
        ))}
      </p>
      <p>
        {(['Promoted', 'RolledBack', 'Superseded', 'Aborted'] as const).map((result) => (
          <Result key={result} result={result} />
        ))}
      </p>
      <p>
        {(['Approval', 'Decision', 'Stuck', 'NoData', 'Paused', 'RolledBack', 'Failed'] as const).map((kind) => (
          <AttentionChip key={kind} kind={kind} />
        ))}
      </p>
    </>
  )),
  story('weights and times', () => (
    <>
      <p>
        <WeightBar wanted={0} actual={0} />
      </p>
      <p>
        <WeightBar wanted={25} actual={20} />
      </p>
      <p>
        <WeightBar wanted={100} actual={100} />
      </p>
      <p>
        <Time at="2026-03-14T10:17:48Z" />, <Time at="2026-03-14T10:22:00Z" />, <Time at="2025-12-01T00:00:00Z" quiet />,{' '}
        <Instant at={storyNow} />, <Span seconds={3725} />
      </p>
      <p>
        <Images images={['registry.example/shop/web:1.4.2', 'registry.example/proxy@sha256:0123456789abcdef0123', hostile]} />
      </p>
      <Code text={'kubectl set image deploy/web web=registry.example/shop/web:1.4.3'} />
    </>
  )),
  story('table and tabs', () => (
    <Panel title="Arms" actions={<Button>Reload</Button>}>
      <Tabs
        label="Arms"
        tabs={[
          {
            id: 'pods',
            title: 'Pods',
            content: (
              <Table
                caption="Pods by arm"
                columns={[
                  {
                    id: 'name',
                    title: 'Name',
                    cell: ({ name }) => name,
                    header: true,
                    compare: (one, other) => one.name.localeCompare(other.name),
                  },
                  { id: 'pods', title: 'Pods', cell: ({ pods }) => pods, align: 'end', compare: (one, other) => one.pods - other.pods },
                ]}
                rows={[
                  { name: 'canary', pods: 4 },
                  { name: hostile, pods: 1 },
                  { name: long, pods: 12 },
                ]}
                rowKey={({ name }) => name}
                sorting={{ column: 'pods', down: true }}
              />
            ),
          },
          { id: 'none', title: 'Nothing', content: <p>Nothing</p> },
        ]}
      />
      <Select
        label="Metric"
        value="p95"
        options={[
          { value: 'p95', label: 'latency-p95' },
          { value: '5xx', label: 'http-5xx' },
        ]}
        onChange={nothing}
      />
      <p>
        <Menu
          label="More"
          trigger={<Button>More</Button>}
          items={[
            { id: 'retry', title: 'Retry', onSelect: nothing },
            { id: 'undo', title: 'Undo', disabled: true, because: 'You may not undo in namespace shop.', onSelect: nothing },
            { id: 'abort', title: 'Abort', danger: true, apart: true, onSelect: nothing },
          ]}
        />
      </p>
    </Panel>
  )),
  story('states', () => (
    <>
      <StaleBar since="2026-03-14T10:17:00Z" retry={nothing} />
      <Skeleton rows={4} />
      <EmptyState title="No Rollout in shop" text="Serin releases the Deployments that a Rollout names." command="serin init deploy/web" />
      <ErrorState problem={problem} retry={nothing} />
      <ErrorState error={new Unreachable('The server does not answer.')} retry={nothing} />
      <ErrorState error={new Error(hostile)} small />
      <Live />
    </>
  )),
  story('toasts', () => (
    <ul className="toasts">
      <ToastItem toast={{ tone: 'bad', text: `Abort of ${long} was refused: step is now 4.` }} onClose={nothing} />
      <ToastItem toast={{ tone: 'good', text: 'web was promoted.' }} onClose={nothing} />
    </ul>
  )),
  story('dialog', () => (
    <Dialog open onClose={nothing} title={long} text={hostile} actions={<Button>Close</Button>}>
      <p>Something.</p>
    </Dialog>
  )),
  story('dialog for a dangerous thing', () => dialog({})),
  story('dialog at work', () => dialog({ busy: true, typed: '12', kind: 'primary' })),
  story('dialog that failed', () => dialog({ error: new Unreachable('The server does not answer.') })),
  story('dialog overtaken', () => dialog({ because: 'Anna promoted 3 s ago: step is now 4.' })),
]
