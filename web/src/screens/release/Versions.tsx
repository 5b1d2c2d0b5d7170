import type { Arm, ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import { Images } from '../../parts/Images.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { Table } from '../../parts/Table.tsx'
import { strings } from '../../strings.ts'
import { Weights } from './Weights.tsx'

const words = strings.release.arms

/** Who serves what: versions with their images, pods and share, and the share of the new one over time. */
export function Versions({ release }: { release: ReleaseDetail }) {
  const { arms, run } = release
  return (
    <Panel title={words.title}>
      {run && <Weights weight={run.weight} shifts={release.shifts ?? []} />}
      {arms.length === 0 ? (
        <p className="muted">{words.none}</p>
      ) : (
        <Table
          caption={words.caption}
          captionHidden
          rows={arms}
          rowKey={({ arm, version }) => `${arm} ${version.hash}`}
          columns={[
            { id: 'arm', title: words.arm, header: true, cell: (arm) => <ArmName arm={arm.arm} /> },
            { id: 'version', title: words.version, cell: ({ version }) => <Version version={version} /> },
            { id: 'share', title: words.share, align: 'end', cell: ({ share }) => (share === undefined ? '-' : `${share} %`) },
            { id: 'pods', title: words.pods, align: 'end', cell: ({ available, replicas }) => words.podsText(available, replicas) },
          ]}
        />
      )}
    </Panel>
  )
}

/** The colour is that of its line in the charts, and so is the line. */
export function ArmName({ arm }: { arm: Arm['arm'] | 'other' }) {
  return (
    <span className="arm">
      <svg viewBox="0 0 16 8" width="16" height="8" aria-hidden="true" className={`arm-line arm-line-${arm}`}>
        <line x1="0" y1="4" x2="16" y2="4" stroke="currentColor" strokeWidth="3" strokeDasharray={arm === 'canary' ? undefined : '5 3'} />
      </svg>
      {words.names[arm]}
    </span>
  )
}

function Version({ version }: { version: Arm['version'] }) {
  return (
    <div className="version">
      <Images images={version.images} />
      <span className="muted">
        <code>{version.hash}</code>
        {version.revision !== undefined && ` · ${strings.release.revision(version.revision)}`}
      </span>
    </div>
  )
}
