import type { CommandView } from '../../../../controller/src/server/dto/detail.ts'
import { Chip } from '../../parts/Chip.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { strings } from '../../strings.ts'
import { When } from './When.tsx'

const words = strings.report

const columns: readonly Column<CommandView>[] = [
  { id: 'at', title: words.commandColumns.at, cell: ({ askedAt }) => <When at={askedAt} /> },
  { id: 'by', title: words.commandColumns.by, header: true, cell: ({ by }) => by ?? words.facts.unverified },
  { id: 'action', title: words.commandColumns.action, cell: ({ action }) => action },
  { id: 'reason', title: words.commandColumns.reason, cell: ({ reason }) => reason ?? '' },
  {
    id: 'answer',
    title: words.commandColumns.answer,
    cell: ({ phase, message }) => (
      <>
        <Chip tone={phase === 'Done' ? 'good' : phase === 'Refused' ? 'bad' : 'info'}>{words.commandPhases[phase]}</Chip>
        {message !== '' && <span className="report-fine">{message}</span>}
      </>
    ),
  },
]

/** Who asked for what during the run, and what became of it. */
export function Commands({ commands }: { commands: readonly CommandView[] }) {
  if (commands.length === 0) return <p className="report-fine">{words.commandsNone}</p>
  return <Table caption={words.commands} captionHidden columns={columns} rows={commands} rowKey={({ name }) => name} />
}
