import { Command } from 'cmdk'
import type { Named } from '../../../controller/src/server/dto/fields.ts'
import type { Release } from '../../../controller/src/server/dto/release.ts'
import type { Action } from '../actions/actions.ts'
import { keysText } from '../actions/keys.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { Phase } from '../parts/Phase.tsx'
import { strings } from '../strings.ts'
import { apple } from './apple.ts'
import { matching } from './matching.ts'
import './Palette.css'
import '../parts/Field.css'

export interface PaletteViewProps {
  text: string
  onText(text: string): void
  actions: readonly Action[]
  releases: readonly Release[] | undefined
  searching: boolean
  failed: boolean
  onRelease(release: Named): void
  onAction(action: Action): void
  onClose(): void
}

const words = strings.palette

export function PaletteView({ text, onText, actions, releases, searching, failed, onRelease, onAction, onClose }: PaletteViewProps) {
  const shown = matching(actions, text)
  const groups = [...new Set(shown.map(({ group }) => group))]
  return (
    <Dialog open onClose={onClose} title={words.title} className="palette">
      <Command label={words.title} shouldFilter={false} loop>
        <Command.Input className="field-input palette-input" placeholder={words.placeholder} value={text} onValueChange={onText} />
        <Command.List className="palette-list" label={words.title}>
          {!searching && <Command.Empty className="palette-note">{words.none}</Command.Empty>}
          {releases && releases.length > 0 && (
            <Command.Group heading={words.releases}>
              {releases.map((release) => (
                <Command.Item
                  key={`${release.namespace}/${release.name}`}
                  value={`release ${release.namespace}/${release.name}`}
                  className="palette-item"
                  onSelect={() => onRelease(release)}
                >
                  <span className="palette-name">
                    <b>{release.name}</b> <span className="muted">{release.namespace}</span>
                  </span>
                  <Phase phase={release.phase} />
                </Command.Item>
              ))}
            </Command.Group>
          )}
          {groups.map((group) => (
            <Command.Group key={group} heading={group}>
              {shown
                .filter((action) => action.group === group)
                .map((action) => (
                  <Command.Item
                    key={action.id}
                    value={`action ${action.id}`}
                    disabled={action.because !== undefined}
                    className="palette-item"
                    onSelect={() => onAction(action)}
                  >
                    <span className="palette-name">
                      {action.title}
                      {action.because !== undefined && <small className="palette-because">{action.because}</small>}
                    </span>
                    {action.keys && <kbd>{keysText(action.keys, apple)}</kbd>}
                  </Command.Item>
                ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
      {failed && (
        <p className="palette-note" role="alert">
          {words.failed}
        </p>
      )}
    </Dialog>
  )
}
