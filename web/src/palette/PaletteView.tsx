import { Command } from 'cmdk'
import type { Release } from '../../../controller/src/server/dto/release.ts'
import type { Action } from '../actions/actions.ts'
import { chordOf, keysText } from '../actions/keys.ts'
import { grouped, meant } from '../actions/shortcuts.ts'
import { sayNow } from '../parts/Live.tsx'
import { AttentionChip, Phase } from '../parts/Phase.tsx'
import { strings } from '../strings.ts'
import { apple } from './apple.ts'
import './Palette.css'

const words = strings.palette

export interface PaletteViewProps {
  query: string
  onQuery(query: string): void
  actions: readonly Action[]
  /** As the server found them. */
  releases: readonly Release[]
  searching: boolean
  error?: unknown
  onRun(action: Action): void
  onRelease(release: Release): void
  onClose(): void
}

/** A field and what fits it. The server has filtered the releases already; the actions are filtered here. */
export function PaletteView({ query, onQuery, actions, releases, searching, error, onRun, onRelease, onClose }: PaletteViewProps) {
  const shown = meant(actions, query, ({ group, title }) => [group, title])
  return (
    <Command
      label={words.label}
      shouldFilter={false}
      loop
      vimBindings={false}
      onKeyDown={(event) => {
        if (chordOf(event) !== 'mod+k') return
        event.preventDefault()
        onClose()
      }}
    >
      <Command.Input className="palette-input" placeholder={words.hint} value={query} onValueChange={onQuery} maxLength={200} autoFocus />
      <Command.List className="palette-list" label={words.results}>
        {releases.length > 0 && (
          <Command.Group heading={words.releases}>
            {releases.map((release) => (
              <Command.Item key={release.uid} value={`release ${release.uid}`} onSelect={() => onRelease(release)}>
                <span className="palette-name">
                  {release.name} <span className="muted">{release.namespace}</span>
                </span>
                {release.attention ? <AttentionChip kind={release.attention.kind} /> : <Phase phase={release.phase} />}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {grouped(shown).map(({ group, actions: of }) => (
          <Command.Group key={group} heading={group}>
            {of.map((action) => (
              <ActionItem key={action.id} action={action} onRun={onRun} />
            ))}
          </Command.Group>
        ))}
      </Command.List>
      <p className={`palette-status ${error ? 'palette-failed' : ''}`} role="status">
        {error
          ? words.failed(error instanceof Error ? error.message : String(error))
          : searching
            ? words.searching
            : releases.length + shown.length === 0
              ? words.nothing(query)
              : words.found(releases.length, shown.length)}
      </p>
    </Command>
  )
}

/** What cannot be done can still be reached and read, as buttons can. */
function ActionItem({ action, onRun }: { action: Action; onRun(action: Action): void }) {
  const { id, title, keys, because } = action
  return (
    <Command.Item
      value={`action ${id}`}
      className={because === undefined ? undefined : 'palette-refused'}
      onSelect={() => (because === undefined ? onRun(action) : sayNow(words.because(because)))}
    >
      <span className="palette-name">
        {title}
        {because !== undefined && <span className="palette-because"> {words.because(because)}</span>}
      </span>
      {keys !== undefined && <kbd>{keysText(keys, apple)}</kbd>}
    </Command.Item>
  )
}
