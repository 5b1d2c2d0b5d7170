import { useId } from 'react'
import { Panel } from '../../parts/Panel.tsx'
import { Select } from '../../parts/Select.tsx'
import { type Preferences, themes } from '../../preferences.ts'
import { strings } from '../../strings.ts'
import './Settings.css'

/** What is chosen for this browser. */
export function Choices({ chosen, onChoose }: { chosen: Preferences; onChoose(change: Partial<Preferences>): void }) {
  const words = strings.settings
  const keys = useId()
  const theme = strings.frame.theme
  return (
    <Panel title={words.choices}>
      <div className="settings-fields">
        <Select
          label={words.theme}
          value={chosen.theme}
          options={themes.map((value) => ({ value, label: theme[value] }))}
          onChange={(value) => onChoose({ theme: value })}
        />
        <Select
          label={words.zone}
          value={chosen.zone}
          options={[
            { value: 'local', label: words.zones.local(Intl.DateTimeFormat().resolvedOptions().timeZone) },
            { value: 'utc', label: words.zones.utc },
          ]}
          onChange={(value) => onChoose({ zone: value })}
        />
        <div className="settings-check">
          <input
            id={keys}
            type="checkbox"
            checked={chosen.keys}
            aria-describedby={`${keys}-help`}
            onChange={(event) => onChoose({ keys: event.target.checked })}
          />
          <label htmlFor={keys}>{words.keys}</label>
          <small id={`${keys}-help`}>{words.keysHelp}</small>
        </div>
      </div>
    </Panel>
  )
}
