import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { TemplateView as Template } from '../../../../controller/src/server/dto/measuring.ts'
import { Button } from '../../parts/Button.tsx'
import { Code } from '../../parts/Code.tsx'
import { Copy } from '../../parts/Copy.tsx'
import { ConfirmDialog } from '../../parts/Dialog.tsx'
import { download } from '../../parts/download.ts'
import { DownloadIcon } from '../../parts/icons.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { StaleBar } from '../../parts/StaleBar.tsx'
import { strings } from '../../strings.ts'
import { Diff } from './Diff.tsx'
import { type Checked, Editor } from './Editor.tsx'
import { Args, Metrics, UsedBy } from './TemplatesView.tsx'
import { TryPanel, type TryPanelProps } from './TryPanel.tsx'
import './Templates.css'

const words = strings.templates

export interface TemplateViewProps {
  /** Absent: a new one is written. */
  stored?: Template | undefined
  /** What is being written; absent: nothing is. */
  draft: string | undefined
  onDraft(draft: string | undefined): void
  checked: Checked
  trying: TryPanelProps
  staleSince?: number | undefined
  retry?(): void
}

/** A template: what it measures, its text, a copy to edit and to try. */
export function TemplateView({ stored, draft, onDraft, checked, trying, staleSince, retry }: TemplateViewProps) {
  const [discarding, setDiscarding] = useState(false)
  const text = draft ?? stored?.yaml ?? ''
  const changed = stored !== undefined && draft !== undefined && draft !== stored.yaml
  return (
    <TemplateFrame name={stored?.name} place={stored && (stored.namespace ?? words.scope.Cluster)}>
      {staleSince !== undefined && <StaleBar since={staleSince} {...(retry ? { retry } : {})} />}
      {stored && <About stored={stored} />}
      <Panel
        title={words.yaml}
        actions={
          <>
            <Button icon={DownloadIcon} onClick={() => download('template.yaml', text, 'application/yaml')}>
              {words.download}
            </Button>
            {draft !== undefined && <Copy text={text} label={words.copyYaml} />}
            {stored && (
              // One button for both, so that the focus stays.
              <Button onClick={() => (draft === undefined ? onDraft(stored.yaml) : changed ? setDiscarding(true) : onDraft(undefined))}>
                {draft === undefined ? words.edit : words.stopEditing}
              </Button>
            )}
          </>
        }
      >
        {draft === undefined ? <Code text={text} label={words.copyYaml} /> : <Editor text={draft} onText={onDraft} checked={checked} />}
      </Panel>
      <ConfirmDialog
        open={discarding}
        onClose={() => setDiscarding(false)}
        title={words.discardTitle}
        text={words.discardText}
        confirm={words.stopEditing}
        kind="danger"
        reason="none"
        onConfirm={() => {
          setDiscarding(false)
          onDraft(undefined)
        }}
      />
      {changed && (
        <Panel title={words.diff}>
          <Diff before={stored.yaml} after={draft} />
        </Panel>
      )}
      <TryPanel {...trying} />
      {(changed || !stored) && (
        <Panel title={words.apply}>
          <p className="templates-lead">{words.applyText}</p>
          <Code text="kubectl apply -f template.yaml" label={words.copyCommand} />
          <p className="templates-lead">{words.nextRun}</p>
        </Panel>
      )}
    </TemplateFrame>
  )
}

/** The heading, whatever comes under it. */
export function TemplateFrame({ name, place, children }: { name?: string | undefined; place?: string | undefined; children: ReactNode }) {
  return (
    <main className="screen templates" id="main">
      <header>
        <nav className="templates-trail" aria-label={words.trail}>
          <Link to="/templates">{words.title}</Link>
        </nav>
        <h1>{name ?? words.newTitle}</h1>
        <p className="templates-lead">{place ?? words.newLead}</p>
      </header>
      {children}
    </main>
  )
}

function About({ stored }: { stored: Template }) {
  return (
    <dl className="templates-about">
      <div>
        <dt>{words.columns.metrics}</dt>
        <dd>
          <Metrics metrics={stored.metrics} />
        </dd>
      </div>
      <div>
        <dt>{words.columns.args}</dt>
        <dd>
          <Args args={stored.args} />
        </dd>
      </div>
      <div>
        <dt>{words.columns.usedBy}</dt>
        <dd>
          <UsedBy usedBy={stored.usedBy} />
        </dd>
      </div>
      <div>
        <dt>{words.columns.judge}</dt>
        <dd>{stored.judge}</dd>
      </div>
    </dl>
  )
}
