import type { Action } from '../actions/actions.ts'
import { keysText } from '../actions/keys.ts'
import { Button } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { Table } from '../parts/Table.tsx'
import { strings } from '../strings.ts'
import { apple } from './apple.ts'

const words = strings.palette

/** All shortcuts that work here and now. `single`: keys without Ctrl or Cmd do. */
export function Help({ actions, single, onClose }: { actions: readonly Action[]; single: boolean; onClose(): void }) {
  const rows = [...new Map(actions.flatMap((action) => (action.keys ? [[action.keys, action] as const] : []))).values()]
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.help}
      {...(single ? {} : { text: words.off })}
      actions={<Button onClick={onClose}>{words.close}</Button>}
    >
      <Table
        caption={words.help}
        captionHidden
        columns={[
          { id: 'keys', title: words.keys, cell: ({ keys = '' }) => <kbd>{keysText(keys, apple)}</kbd> },
          { id: 'does', title: words.does, cell: ({ title }) => title, header: true },
        ]}
        rows={rows}
        rowKey={({ id }) => id}
      />
    </Dialog>
  )
}
